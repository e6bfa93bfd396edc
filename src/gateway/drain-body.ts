import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";

/** Longer than this nobody's upload is read only to be thrown away. */
const drainLimitMilliseconds = 10_000;

/**
 * Reads the rest of a body and drops it. A caller that is still sending would otherwise see its connection break instead of the
 * answer that says why.
 */
export async function drainBody(request: IncomingMessage): Promise<void> {
  if (request.complete) return;
  request.resume();
  const signal = AbortSignal.timeout(drainLimitMilliseconds);
  await finished(request, { signal, writable: false }).catch(() => undefined);
}
