import type { Nats } from "./connection.ts";
import { pause, within } from "./limits.ts";

export interface AttemptOptions {
  limitMilliseconds: number;
  signal?: AbortSignal | undefined;
}

/** The connection was replaced while a request was pending: its reply may never come. */
export class ConnectionReplaced extends Error {
  override readonly name = "ConnectionReplaced";
}

const connectionPollMilliseconds = 50;

/**
 * One try of a request that may be repeated. Waits for the connection first, since what is sent without one is lost.
 * @throws ConnectionReplaced after a reconnect, instead of waiting until the limit
 */
export async function attempt<T>(
  nats: Nats,
  request: (limitMilliseconds: number) => Promise<T>,
  options: AttemptOptions,
): Promise<T> {
  const endsAt = performance.now() + options.limitMilliseconds;
  while (!nats.isConnected && performance.now() < endsAt && options.signal?.aborted !== true)
    await pause(connectionPollMilliseconds, options.signal);
  const replaced = Promise.withResolvers<never>();
  const removeHook = nats.onReconnect(() => replaced.reject(new ConnectionReplaced()));
  replaced.promise.catch(() => {});
  const left = Math.max(1, endsAt - performance.now());
  try {
    // Longer than the client's own limit, whose error says more.
    return await within(Promise.race([request(left), replaced.promise]), left + 5, options.signal);
  } finally {
    removeHook();
  }
}
