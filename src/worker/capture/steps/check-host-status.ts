import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureStep } from "./capture-step.ts";
import { navigationFailure, refusalOfAny } from "./navigation-failure.ts";

/** The HTTP status of the document; 0 if it did not come over HTTP. */
const readStatus = `() => performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0`;

/** The forwarder answers with this status when the job's own proxy refuses. */
const statusOfRefusals = 502;

/** Fails when the page's host answered outside 200 to 299, or when a proxy or the browser answered in its place. */
export const checkHostStatusStep: CaptureStep = {
  activity: "reading the host's answer",
  stage: "navigate",
  appliesTo: (capture) => capture.url !== undefined,
  run: async ({ page, capture, deadline, environment }) => {
    const { url, isErrorPage } = page.lifecycle.document;
    const addresses = [url, capture.url ?? ""];
    const status = await page.world.call<number>(readStatus, [], deadline.signal);
    if (isErrorPage && status === 0)
      throw navigationFailure({ isDownload: false }, addresses, environment);

    const refusal = status === statusOfRefusals ? refusalOfAny(addresses, environment) : undefined;
    if (refusal !== undefined) throw refusal;
    if (capture.hostErrors === "Ignore" || status === 0 || (status >= 200 && status <= 299)) return;
    throw new Failure("HostReturnedError", {
      message: `${URL.parse(url)?.host ?? "The host"} answered with HTTP status ${status}; set hostErrors to Ignore to capture the page all the same`,
      returnedStatusCode: status,
    });
  },
};
