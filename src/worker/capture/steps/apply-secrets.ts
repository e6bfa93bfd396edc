import type { PageSecrets } from "../../../api/messages/page-secrets.ts";
import { addHeaders, setCookies } from "../../browser/devtools/page-credentials.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Sets the sealed cookies and headers. The forwarder uses the sealed proxy. */
export const applySecretsStep: CaptureStep = {
  activity: "setting cookies and headers",
  stage: "navigate",
  appliesTo: () => true,
  run: async ({ page, address, environment, deadline: { signal } }) => {
    const { secrets } = environment;
    if (secrets === undefined) return;
    await setCookies(page, secrets.cookies ?? [], { address, signal });
    const headers = headersOf(secrets);
    if (address !== undefined && headers.length > 0)
      await addHeaders(page, headers, { address, signal });
  },
};

/** An Authorization header among `headers` wins over the option `authorization`. */
function headersOf({ headers = [], authorization }: PageSecrets) {
  const isGiven = headers.some(({ name }) => name.toLowerCase() === "authorization");
  if (authorization === undefined || isGiven) return headers;
  return [...headers, { name: "Authorization", value: authorization }];
}
