import { Failure } from "../../api/failure.ts";
import type { CaptureStep } from "./capture-step.ts";

const longestAddress = 200;

/** Fails when the page did not get something that `failIf.requestFailed` names. */
export const checkRequestsStep: CaptureStep = {
  doing: "checking the page's requests",
  stage: "settle",
  isWanted: ({ failIf }) => (failIf?.requestFailed ?? []).length > 0,
  run: async ({ network }) => {
    const failed = network?.failed[0];
    if (failed === undefined) return;
    const { url, problem } = failed;
    const address = url.length > longestAddress ? `${url.slice(0, longestAddress)}…` : url;
    throw new Failure("PageRequestFailed", {
      message: `The page did not get ${address} (${problem}), which failIf.requestFailed names`,
    });
  },
};
