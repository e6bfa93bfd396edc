import { setImmediate as nextTurn } from "node:timers/promises";
import type { KubeObject } from "./kube-object.ts";

export interface WatchEvent<T extends KubeObject> {
  type: string;
  /** A `metav1.Status` when the type is ERROR. */
  object: T;
}

/** An object holds 1.5 MiB in etcd and somewhat more as JSON. */
const maxLineBytes = 16 * 1024 * 1024;
/** Longer work without a pause delays timers, such as the renewal of the lease. */
const maxBusyMilliseconds = 10;
const lineFeed = 0x0a;

/** The events in a watch's body, one JSON document a line. Throws on a line that is not JSON, and when the body breaks off. */
export async function* readWatchEvents<T extends KubeObject>(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<WatchEvent<T>> {
  let busySinceMilliseconds = performance.now();
  for await (const line of readLines(chunks)) {
    yield JSON.parse(line) as WatchEvent<T>;
    if (performance.now() - busySinceMilliseconds > maxBusyMilliseconds) {
      await nextTurn();
      busySinceMilliseconds = performance.now();
    }
  }
}

async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      if (end < 0) break;
      pieces.push(chunk.subarray(start, end));
      const line = Buffer.concat(pieces).toString("utf8");
      pieces = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.trim() !== "") yield line;
    }
    pieces.push(chunk.subarray(start));
    pendingBytes += chunk.byteLength - start;
    if (pendingBytes > maxLineBytes)
      throw new Error(`A watch sent a line of more than ${maxLineBytes} bytes`);
  }
}
