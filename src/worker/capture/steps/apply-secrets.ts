import type { PageSecrets } from "../../../api/options/sealed-fields.ts";
import { addHeaders, setCookies } from "../../browser/page/page-credentials.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Cookies and headers that came sealed. The proxy that came with them is the forwarder's business. */
export const applySecretsStep: CaptureStep = {
  doing: "setting cookies and headers",
  stage: "navigate",
  isWanted: () => true,
  run: async ({ page, capture, surroundings, deadline: { signal } }) => {
    const { secrets } = surroundings;
    if (secrets === undefined) return;
    const address = capture.url;
    await setCookies(page, secrets.cookies ?? [], { address, signal });
    const headers = headersOf(secrets);
    if (address !== undefined && headers.length > 0)
      await addHeaders(page, headers, { address, signal });
  },
};

/** An Authorization among the headers is what somebody wrote with more thought. */
function headersOf({ headers = [], authorization }: PageSecrets) {
  const isGiven = headers.some(({ name }) => name.toLowerCase() === "authorization");
  if (authorization === undefined || isGiven) return headers;
  return [...headers, { name: "Authorization", value: authorization }];
}
