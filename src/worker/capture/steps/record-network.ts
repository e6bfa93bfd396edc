import { AddressPattern } from "../../network/address-pattern.ts";
import { NetworkRecorder } from "../../browser/devtools/network-recorder.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Records requests and headers, for options that need them: recording makes every page slower. */
export const recordNetworkStep: CaptureStep = {
  activity: "listening to the network",
  stage: "navigate",
  appliesTo: ({ failIf, metadata, url }) =>
    (failIf?.requestFailed ?? []).length > 0 ||
    (url !== undefined && (metadata?.includes("ResponseHeaders") ?? false)),
  run: async (state) => {
    const { page, capture, deadline } = state;
    const texts = capture.failIf?.requestFailed ?? [];
    const patterns = texts.map((text) => new AddressPattern(text));
    const isRecorded = (url: string): boolean => patterns.some((pattern) => pattern.matches(url));
    state.network = await NetworkRecorder.open(page, isRecorded, deadline.signal);
  },
};
