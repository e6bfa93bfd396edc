/*
 * What a worker and its encoders say to each other over stdin and stdout. Lengths come first, so that each side has room for a
 * picture before it arrives, and copies it once.
 */

/** Before each order: the length of its JSON and that of the picture, 32 bits each. Both follow. */
export const orderHeadBytes = 8;

/** Before each answer: its kind, and the length of what follows, 32 bits. */
export const answerHeadBytes = 5;

export const answerKinds = {
  /** The first answer, before any order. */
  ready: 0,
  /** The picture follows. */
  picture: 1,
  /** The picture could be read, and could not be scaled or encoded within the memory limit. A sentence for the log follows. */
  tooLarge: 2,
  /** The picture could not be read. */
  unreadable: 3,
} as const;

export function orderHead(jsonBytes: number, pictureBytes: number): Buffer {
  const head = Buffer.alloc(orderHeadBytes);
  head.writeUInt32BE(jsonBytes, 0);
  head.writeUInt32BE(pictureBytes, 4);
  return head;
}

export function answerHead(kind: number, sizeBytes: number): Buffer {
  const head = Buffer.alloc(answerHeadBytes);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(sizeBytes, 1);
  return head;
}
