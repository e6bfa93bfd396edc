const decoder = new TextDecoder();

/** The JSON value of a message; undefined if it is none (every parser refuses undefined with a sentence). */
export function parseBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
