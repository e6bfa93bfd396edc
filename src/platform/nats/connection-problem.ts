import type { NatsOptions } from "./nats-options.ts";

/** Why NATS is not connected, as a sentence that names the setting at fault. */
export function connectionProblem(
  options: Pick<NatsOptions, "url" | "tokenFile">,
  lastError: unknown,
): string {
  const server = withoutPassword(options.url);
  return `NATS at ${server} (STILLS_NATS_URL) is not connected${causeOf(lastError, options.tokenFile)}`;
}

function causeOf(err: unknown, tokenFile: string | undefined): string {
  if (!(err instanceof Error)) return "";
  const { message } = err;
  if (/authorization/i.test(message)) return `: ${message} (${refusalHint(tokenFile)})`;
  if (/certificate|altnames/i.test(message))
    return `: ${message} (STILLS_NATS_CA_FILE names the authorities that may have signed it)`;
  return `: ${message}`;
}

/** The server has the same words for a wrong token and for nobody who could tell. */
function refusalHint(tokenFile: string | undefined): string {
  return tokenFile === undefined
    ? "is the password in STILLS_NATS_PASSWORD_FILE the server's?"
    : "a controller has to vouch for the token in STILLS_NATS_TOKEN_FILE: does one run, with NATS and the API server in its reach? Its log says which token it refused";
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
