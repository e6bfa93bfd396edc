import { AddressPattern } from "../../network/address-pattern.ts";
import { NetworkWatch } from "../../browser/page/network-watch.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Only for options that cannot do without: it makes every page slower. */
export const watchNetworkStep: CaptureStep = {
  doing: "listening to the network",
  stage: "navigate",
  isWanted: ({ failIf, metadata, url }) =>
    (failIf?.requestFailed ?? []).length > 0 ||
    (url !== undefined && (metadata?.includes("ResponseHeaders") ?? false)),
  run: async (state) => {
    const { page, capture, deadline } = state;
    const texts = capture.failIf?.requestFailed ?? [];
    const patterns = texts.map((text) => new AddressPattern(text));
    const isWatched = (url: string): boolean => patterns.some((pattern) => pattern.matches(url));
    state.network = await NetworkWatch.open(page, isWatched, deadline.signal);
  },
};
