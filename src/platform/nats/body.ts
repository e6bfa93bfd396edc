const decoder = new TextDecoder();

/** The JSON value of a message; undefined if the body is not valid JSON. */
export function parseBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
