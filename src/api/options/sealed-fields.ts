import type { CallSecrets } from "../messages/page-secrets.ts";

/** Values of a call over HTTP that are secret. `spec.sealed` holds them encrypted. */

/** Those that only the capturing worker may read. */
const pageFieldNames = ["Cookies", "Headers", "Authorization", "Proxy"] as const;

/** The key of the caller's bucket never leaves the controllers, which sign uploads with it. */
export const sealedFieldNames = [...pageFieldNames, "StorageKeys"] as const;

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
  StorageKeys: "storageKeys",
} as const satisfies Record<SealedFieldName, keyof CallSecrets>;

/** Whether a sealed field is for the worker. */
export function isPageField(field: SealedFieldName): boolean {
  return (pageFieldNames as readonly SealedFieldName[]).includes(field);
}
