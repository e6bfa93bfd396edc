import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { PageSession } from "../browser/devtools/page-session.ts";
import { navigationTimedOut } from "./capture-timeouts.ts";
import type { CaptureInProgress } from "./steps/capture-step.ts";

/** The limit for one document to load. */
export function navigationDeadline(
  page: PageSession,
  capture: CaptureSpec,
  parent: Deadline,
): Deadline {
  return new Deadline({
    milliseconds: capture.navigationTimeoutSeconds * 1000,
    reason: () => navigationTimedOut(page, capture),
    parents: [parent.signal],
  });
}

/** The same for the next document of a page. */
export function renewedNavigation({ page, capture, deadline }: CaptureInProgress): Deadline {
  return navigationDeadline(page, capture, deadline);
}
