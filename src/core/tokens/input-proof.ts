import { isSignatureOf, signatureOf } from "./signature.ts";

interface Input {
  namespace: string;
  sha256: string;
  sizeBytes: number;
}

/**
 * Proves that a gateway asks to put this content below this namespace: workers may ask on the same subject. A proof that is used again puts
 * the same bytes at the same place.
 */
export function createInputProof(input: Input, key: string): string {
  return signatureOf(inputText(input), key);
}

/** Compares in constant time. */
export function isInputProof(input: Input & { proof: string }, key: string): boolean {
  return isSignatureOf(inputText(input), key, { given: input.proof });
}

/** Begins with a word of its own, since the key also proves jobs. */
function inputText({ namespace, sha256, sizeBytes }: Input): string {
  return `input proof\n${JSON.stringify([namespace, sha256, sizeBytes])}`;
}
