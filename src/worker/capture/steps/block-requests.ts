import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { AddressPattern } from "../../network/address-pattern.ts";
import {
  blockRequests,
  blockWebSockets,
  type BlockableResourceType,
} from "../../browser/devtools/request-blocking.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Applies `blockRequests` and `blockResources`. */
export const blockRequestsStep: CaptureStep = {
  activity: "blocking requests",
  stage: "navigate",
  appliesTo: (capture) =>
    (capture.blockRequests ?? []).length > 0 || (capture.blockResources ?? []).length > 0,
  run: async ({ page, capture, deadline: { signal } }) => {
    const patterns = (capture.blockRequests ?? []).map((text) => new AddressPattern(text));
    const blocked = capture.blockResources ?? [];
    const resourceTypes = blocked.filter(isIntercepted);
    if (blocked.includes("WebSocket")) await blockWebSockets(page, signal);
    if (patterns.length === 0 && resourceTypes.length === 0) return;
    await blockRequests(
      page,
      {
        urlPatterns: patterns.map(({ chromiumPattern }) => chromiumPattern),
        resourceTypes,
        isBlocked: (url) => patterns.some((pattern) => pattern.matches(url)),
      },
      signal,
    );
  },
};

type BlockedType = NonNullable<CaptureSpec["blockResources"]>[number];

function isIntercepted(type: BlockedType): type is BlockableResourceType {
  return type !== "WebSocket";
}
