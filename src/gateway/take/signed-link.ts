import { isSignatureOf, signatureOf } from "../../core/tokens/signature.ts";

/**
 * Signed links as ScreenshotOne defines them: HMAC-SHA256 over the query string exactly as received, without its `signature`
 * pair, as 64 lower-case hexadecimal digits. Nothing is sorted or encoded again, because each official SDK does that its own way.
 */

type LinkCheck = "Valid" | "Unsigned" | "Invalid";

/**
 * Judges a raw query string (everything after `?`). `signature` must be its last pair and stand there once: else two readers of
 * the same link could disagree about what was signed.
 *
 * @param secretKeys the account's secret key and, during a rotation, the previous one
 */
export function checkLink(rawQuery: string, secretKeys: readonly string[]): LinkCheck {
  const pairs = rawQuery.split("&");
  const signatures = pairs.filter((pair) => /^signature(=|$)/.test(pair));
  if (signatures.length === 0) return "Unsigned";

  const last = pairs.at(-1) ?? "";
  if (signatures.length > 1 || last !== signatures[0]) return "Invalid";
  const given = last.slice("signature=".length);
  if (!/^[0-9a-f]{64}$/.test(given)) return "Invalid";

  const signed = pairs.slice(0, -1).join("&");
  const matches = secretKeys.some((key) => isSignatureOf(signed, key, { given, encoding: "hex" }));
  return matches ? "Valid" : "Invalid";
}

/** The signature of a query string, as 64 hexadecimal digits. */
export function signLink(query: string, secretKey: string): string {
  return signatureOf(query, secretKey, "hex");
}
