import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { AddressPattern } from "../../network/address-pattern.ts";
import {
  blockRequests,
  blockWebSockets,
  type ResourceKind,
} from "../../browser/page/page-requests.ts";
import type { CaptureStep } from "./capture-step.ts";

/** `blockRequests` and `blockResources`. */
export const restrictNetworkStep: CaptureStep = {
  doing: "blocking requests",
  stage: "navigate",
  isWanted: (capture) =>
    (capture.blockRequests ?? []).length > 0 || (capture.blockResources ?? []).length > 0,
  run: async ({ page, capture, deadline: { signal } }) => {
    const patterns = (capture.blockRequests ?? []).map((text) => new AddressPattern(text));
    const blocked = capture.blockResources ?? [];
    const kinds = blocked.filter(isIntercepted);
    if (blocked.includes("WebSocket")) await blockWebSockets(page, signal);
    if (patterns.length === 0 && kinds.length === 0) return;
    await blockRequests(
      page,
      {
        urlPatterns: patterns.map(({ coarse }) => coarse),
        kinds,
        isBlocked: (url) => patterns.some((pattern) => pattern.matches(url)),
      },
      signal,
    );
  },
};

type BlockedKind = NonNullable<CaptureSpec["blockResources"]>[number];

function isIntercepted(kind: BlockedKind): kind is ResourceKind {
  return kind !== "WebSocket";
}
