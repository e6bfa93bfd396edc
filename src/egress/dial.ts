import { connect, isIPv6 } from "node:net";
import type { Socket } from "node:net";

export interface DialOptions {
  /** Checked addresses; nothing else is dialled and nothing is looked up. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Whether IPv6 is tried first. */
  readonly prefersIPv6: boolean;
  /** Gives up; the promise rejects with its reason. */
  readonly signal: AbortSignal;
}

/** "Connection Attempt Delay" of RFC 8305. */
const attemptDelayMilliseconds = 250;
/** A name with more addresses than that is not more reachable through the ninth. */
const maxAttempts = 8;

/**
 * Connects to the first of the addresses that answers, families in turn, each 250 ms (or a failure) after the one before,
 * earlier attempts going on (RFC 8305). Rejects with the last error if all fail.
 */
export async function dial(options: DialOptions): Promise<Socket> {
  options.signal.throwIfAborted();
  const addresses = inFamilyTurns(options.addresses, options.prefersIPv6).slice(0, maxAttempts);
  const [only] = addresses;
  const attempts = new Set<Socket>();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  let timer: NodeJS.Timeout | undefined;

  const onAbort = () => reject(options.signal.reason);
  options.signal.addEventListener("abort", onAbort, { once: true });

  const tryNext = (): void => {
    clearTimeout(timer);
    const address = addresses.shift();
    if (address === undefined) return;
    const socket = connect({
      host: address,
      port: options.port,
      noDelay: true,
      keepAlive: true,
      allowHalfOpen: true,
      autoSelectFamily: false,
    });
    attempts.add(socket);
    if (addresses.length > 0) timer = setTimeout(tryNext, attemptDelayMilliseconds);
    socket.once("connect", () => resolve(socket));
    socket.on("error", (thrown) => {
      attempts.delete(socket);
      if (attempts.size === 0 && addresses.length === 0) reject(thrown);
      else tryNext();
    });
  };

  try {
    if (only === undefined) throw new Error("There is no address to dial");
    tryNext();
    const winner = await promise;
    attempts.delete(winner);
    winner.removeAllListeners("error");
    return winner;
  } finally {
    clearTimeout(timer);
    addresses.length = 0;
    options.signal.removeEventListener("abort", onAbort);
    for (const socket of attempts) socket.destroy();
  }
}

function inFamilyTurns(addresses: readonly string[], prefersIPv6: boolean): string[] {
  const six = addresses.filter((address) => isIPv6(address));
  const four = addresses.filter((address) => !isIPv6(address));
  const [first, second] = prefersIPv6 ? [six, four] : [four, six];
  const turns: string[] = [];
  for (let at = 0; at < Math.max(first.length, second.length); at += 1)
    turns.push(...first.slice(at, at + 1), ...second.slice(at, at + 1));
  return turns;
}
