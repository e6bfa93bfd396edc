import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { Failure } from "../../api/reasons/failure.ts";
import type { PageSession } from "../browser/devtools/page-session.ts";

/** The failure of a document that did not load within `navigationTimeoutSeconds`. */
export function navigationTimedOut(page: PageSession, capture: CaptureSpec): Failure {
  const limit = `navigationTimeoutSeconds (${capture.navigationTimeoutSeconds})`;
  return new Failure("NavigationTimedOut", {
    message: page.lifecycle.isLeaving
      ? `The page's host did not answer within ${limit}; raise it, or check that the host is up`
      : `The page did not finish loading within ${limit}; raise it, or wait for less with wait.until: [DOMContentLoaded]`,
  });
}

/**
 * The failure of a capture that did not end within `captureTimeoutSeconds`.
 *
 * @param activity continues "the capture was …"
 */
export function captureTimedOut(capture: CaptureSpec, activity: string): Failure {
  return new Failure("CaptureTimedOut", {
    message: `The capture did not end within captureTimeoutSeconds (${capture.captureTimeoutSeconds}) and was ${activity} when the time was over; raise the limit, or ask for less waiting`,
  });
}

/** The failure of a page of which no document stayed long enough for a picture. */
export function pageNeverStays(): Failure {
  return new Failure("NavigationTimedOut", {
    message:
      "The page keeps going to other addresses faster than they load; give the address it should end at as `url`",
  });
}
