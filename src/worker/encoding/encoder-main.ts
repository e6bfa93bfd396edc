import { readSync, writeSync } from "node:fs";
import { answerHead, answerKinds, orderHeadBytes } from "./encoder-protocol.ts";
import type { ScaleOrder } from "./scale-order.ts";
import { isReadable, scalePicture } from "./scale-picture.ts";

/*
 * The program of an encoder process: scales one picture after another until its worker closes stdin. Reading and writing block,
 * since it has nothing else to do: so a picture is read to where it stays.
 */

const stdin = 0;
const stdout = 1;

/** Undefined at the end of the input. */
function read(sizeBytes: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  for (let at = 0; at < sizeBytes;) {
    const count = readSync(stdin, bytes, at, sizeBytes - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(stdout, bytes, at);
}

function answer(kind: number, content: Uint8Array): void {
  write(answerHead(kind, content.length));
  write(content);
}

async function carryOut(order: ScaleOrder, picture: Buffer): Promise<void> {
  if (!(await isReadable(picture))) return answer(answerKinds.unreadable, Buffer.alloc(0));
  let scaled: Buffer;
  try {
    scaled = await scalePicture(picture, order);
  } catch (thrown) {
    return answer(answerKinds.tooLarge, Buffer.from(String(thrown)));
  }
  answer(answerKinds.picture, scaled);
}

answer(answerKinds.ready, Buffer.alloc(0));
for (;;) {
  const head = read(orderHeadBytes);
  if (head === undefined) break;
  const json = read(head.readUInt32BE(0));
  const picture = read(head.readUInt32BE(4));
  if (json === undefined || picture === undefined) break;
  await carryOut(JSON.parse(json.toString()) as ScaleOrder, picture);
}
