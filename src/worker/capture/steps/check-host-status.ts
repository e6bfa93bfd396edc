import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureStep } from "./capture-step.ts";
import { navigationFailure, refusalOfAny } from "./navigation-failure.ts";

/** In our own world the page cannot replace what this calls. Zero where there was no HTTP. */
const readStatus = `() => performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0`;

/** With this the forwarder answers in place of a proxy of the job's own. */
const statusOfRefusals = 502;

/** Fails when the page's host answered outside 200 to 299, or when it was not the host that answered. */
export const checkHostStatusStep: CaptureStep = {
  doing: "reading the host's answer",
  stage: "navigate",
  isWanted: (capture) => capture.url !== undefined,
  run: async ({ page, capture, deadline, surroundings }) => {
    const { url, isErrorPage } = page.lifecycle.document;
    const addresses = [url, capture.url ?? ""];
    const status = await page.world.call<number>(readStatus, [], deadline.signal);
    if (isErrorPage && status === 0)
      throw navigationFailure({ isDownload: false }, addresses, surroundings);

    const refusal = status === statusOfRefusals ? refusalOfAny(addresses, surroundings) : undefined;
    if (refusal !== undefined) throw refusal;
    if (capture.hostErrors === "Ignore" || status === 0 || (status >= 200 && status <= 299)) return;
    throw new Failure("HostReturnedError", {
      message: `${URL.parse(url)?.host ?? "The host"} answered with HTTP status ${status}; set hostErrors to Ignore to capture the page all the same`,
    });
  },
};
