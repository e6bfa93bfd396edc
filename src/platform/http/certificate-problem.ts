/** OpenSSL's error code when the certificate of a server is not valid; undefined if something else failed. */
export function certificateProblem(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (typeof code !== "string") return undefined;
  return /CERT|ISSUER|LEAF_SIGNATURE/.test(code) ? code : undefined;
}
