/** Why NATS is not connected, as a sentence that names the setting at fault. */
export function connectionProblem(url: string, lastError: unknown): string {
  return `NATS at ${withoutPassword(url)} (STILLS_NATS_URL) is not connected${causeOf(lastError)}`;
}

function causeOf(err: unknown): string {
  if (!(err instanceof Error)) return "";
  const { message } = err;
  if (/authorization/i.test(message))
    return `: ${message} (is the password in STILLS_NATS_PASSWORD_FILE the server's?)`;
  if (/certificate|altnames/i.test(message))
    return `: ${message} (STILLS_NATS_CA_FILE names the authorities that may have signed it)`;
  return `: ${message}`;
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
