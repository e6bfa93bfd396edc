/** Values of a call over HTTP that only the capturing worker may read. `spec.sealed` holds them encrypted. */

export const sealedFieldNames = ["Cookies", "Headers", "Authorization", "Proxy"] as const;

export type SealedFieldName = (typeof sealedFieldNames)[number];

/** One secret, sealed with HPKE to the controllers' public key and bound to this one job. */
export interface SealedField {
  field: SealedFieldName;
  /** The key pair it was sealed to. */
  keyID: string;
  /** base64url, as is `ciphertext`. */
  encapsulatedKey: string;
  ciphertext: string;
}

/** Longest `ciphertext`, in characters. */
export const longestCiphertext = 65_536;
/** Largest secret, as JSON in bytes: what fits, with the 16 bytes that HPKE adds, into the longest ciphertext. */
export const largestSecretBytes = 48_000;

export interface PageCookie {
  name: string;
  value: string;
  /** Without it, the cookie is for the host of the page alone. */
  domain?: string;
  path?: string;
  secure?: true;
  httpOnly?: true;
  sameSite?: "Strict" | "Lax" | "None";
  /** Epoch seconds. */
  expiresSeconds?: number;
}

export interface PageHeader {
  name: string;
  value: string;
}

/** The caller's proxy for the page's requests. */
export interface UpstreamProxy {
  host: string;
  port: number;
  username?: string;
  password?: string;
  /** Host names, or patterns with `*`, that are reached without it. */
  bypassHosts: string[];
}

/** The opened fields of one job. */
export interface PageSecrets {
  cookies?: PageCookie[];
  headers?: PageHeader[];
  /** Value of the header Authorization. */
  authorization?: string;
  proxy?: UpstreamProxy;
}

/** Where each field stands in the opened secrets. */
export const secretOfField = {
  Cookies: "cookies",
  Headers: "headers",
  Authorization: "authorization",
  Proxy: "proxy",
} as const satisfies Record<SealedFieldName, keyof PageSecrets>;
