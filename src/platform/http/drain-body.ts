import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";

/** Bounds how long a slow upload holds a connection only to be discarded. */
const drainLimitMilliseconds = 10_000;

/**
 * Reads the rest of a request body and discards it. Otherwise a client that is still sending sees a broken connection instead of the
 * error response.
 */
export async function drainBody(request: IncomingMessage): Promise<void> {
  if (request.complete) return;
  request.resume();
  const signal = AbortSignal.timeout(drainLimitMilliseconds);
  await finished(request, { signal, writable: false }).catch(() => undefined);
}
