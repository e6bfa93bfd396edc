import type { PageSecrets } from "../messages/page-secrets.ts";

/** Values of a call over HTTP that only the capturing worker may read. `spec.sealed` holds them encrypted. */

export const sealedFieldNames = ["Cookies", "Headers", "Authorization", "Proxy"] as const;

export type SealedFieldName = (typeof sealedFieldNames)[number];

/** Longest `ciphertext`, in characters. */
export const longestCiphertext = 65_536;
/** Largest secret, as JSON in bytes: what fits, with the 16 bytes that HPKE adds, into the longest ciphertext. */
export const largestSecretBytes = 48_000;

/** The key of each field in the opened secrets. */
export const secretOfField = {
  Cookies: "cookies",
  Headers: "headers",
  Authorization: "authorization",
  Proxy: "proxy",
} as const satisfies Record<SealedFieldName, keyof PageSecrets>;
