import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureStep } from "./capture-step.ts";

const longestAddress = 200;

/** Fails when the page did not get something that `failIf.requestFailed` names. */
export const checkRequestsStep: CaptureStep = {
  doing: "checking the page's requests",
  stage: "settle",
  isWanted: ({ failIf }) => (failIf?.requestFailed ?? []).length > 0,
  run: async ({ network, surroundings }) => {
    const failed = network?.failed[0];
    if (failed === undefined) return;
    const { url, problem } = failed;
    const address = url.length > longestAddress ? `${url.slice(0, longestAddress)}…` : url;
    // Of what the egress proxy refused the browser knows only that there was no connection.
    const why = surroundings.refusalOf(url)?.message ?? problem;
    throw new Failure("PageRequestFailed", {
      message: `The page did not get ${address} (${why}), which failIf.requestFailed names`,
    });
  },
};
