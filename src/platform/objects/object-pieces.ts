import type { Readable } from "node:stream";
import { Failure } from "../../api/reasons/failure.ts";
import { Deadline } from "../process/deadline.ts";
import { unlessAborted } from "../process/unless-aborted.ts";

/** Shorter than others are waited for, so that a store that hangs is not taken for a receiver that does. */
const silenceMilliseconds = 5_000;

/**
 * The bytes of an opened object, piece by piece; the next is read when it is asked for. The stream is destroyed in the end, since one that
 * is not read to its end holds a connection of the client.
 *
 * @throws Failure(StorageUnavailable) when the store breaks off or sends nothing for five seconds, or the signal's reason
 */
export async function* piecesOf(body: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const pieces = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      using silence = new Deadline({ milliseconds: silenceMilliseconds, parents: [signal] });
      const next = await unlessAborted(pieces.next(), [silence.signal]);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw new Failure("StorageUnavailable", {
      message: "The object store stopped in the middle of an object",
      cause: thrown,
    });
  } finally {
    body.destroy();
  }
}
