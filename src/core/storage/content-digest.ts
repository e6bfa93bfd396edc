import { createHash } from "node:crypto";

const prefix = "sha256:";

/** SHA-256 in lower-case hexadecimal: the name of content in the object store. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** As a job refers to it: `sha256:<hexadecimal>`. */
export function digestOf(sha256: string): string {
  return prefix + sha256;
}

/** The hexadecimal part of a digest, whose form the API server has checked. */
export function sha256OfDigest(digest: string): string {
  return digest.slice(prefix.length);
}
