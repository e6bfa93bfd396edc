import { streams } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { resultsDrained, streamState } from "../../platform/nats/stream-state.ts";
import type { Clock } from "../../platform/process/clock.ts";

const pollMilliseconds = 100;

/**
 * Waits until every result that is on the stream now was applied, at most `limitMilliseconds`.
 *
 * @returns false when the limit was reached first.
 * @throws Failure when NATS cannot be asked; the signal's reason when it aborts.
 */
export async function awaitDrainedResults(
  { nats, clock }: { nats: Nats; clock: Clock },
  limitMilliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { lastSequence } = await streamState(nats, streams.results);
  const endsAt = clock.monotonicMilliseconds() + limitMilliseconds;
  while (!(await resultsDrained(nats, lastSequence))) {
    if (clock.monotonicMilliseconds() > endsAt) return false;
    await clock.sleep(pollMilliseconds, signal);
  }
  return true;
}
