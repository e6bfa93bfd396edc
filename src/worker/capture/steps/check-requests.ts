import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureStep } from "./capture-step.ts";

const mostAddressCharacters = 200;

/** Fails when a request that matches `failIf.requestFailed` failed. */
export const checkRequestsStep: CaptureStep = {
  activity: "checking the page's requests",
  stage: "settle",
  appliesTo: ({ failIf }) => (failIf?.requestFailed ?? []).length > 0,
  run: async ({ network, environment }) => {
    const failed = network?.failed[0];
    if (failed === undefined) return;
    const { url, problem } = failed;
    const address =
      url.length > mostAddressCharacters ? `${url.slice(0, mostAddressCharacters)}…` : url;
    // For a refusal of the egress proxy the browser reports only a failed connection.
    const why = environment.refusalOf(url)?.message ?? problem;
    throw new Failure("PageRequestFailed", {
      message: `The page did not get ${address} (${why}), which failIf.requestFailed names`,
    });
  },
};
