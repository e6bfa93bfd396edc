import { connect, isIPv6 } from "node:net";
import type { Socket } from "node:net";

interface DialOptions {
  /** The only addresses that are dialled; no name is looked up. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Whether IPv6 is tried first. */
  readonly prefersIPv6: boolean;
  /** Rejects with its reason when aborted. */
  readonly signal: AbortSignal;
}

/** "Connection Attempt Delay" of RFC 8305. */
const attemptDelayMilliseconds = 250;
/** Bounds the attempts for a name with many addresses. */
const maxAttempts = 8;

/**
 * Connects to the first address that answers (Happy Eyeballs, RFC 8305): address families alternate, and each attempt starts 250 ms
 * after the previous one, or when that fails, while earlier attempts continue. Rejects with the last error if all fail.
 */
export async function dial(options: DialOptions): Promise<Socket> {
  options.signal.throwIfAborted();
  const addresses = interleaveFamilies(options.addresses, options.prefersIPv6).slice(
    0,
    maxAttempts,
  );
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

function interleaveFamilies(addresses: readonly string[], prefersIPv6: boolean): string[] {
  const six = addresses.filter((address) => isIPv6(address));
  const four = addresses.filter((address) => !isIPv6(address));
  const [first, second] = prefersIPv6 ? [six, four] : [four, six];
  const turns: string[] = [];
  for (let at = 0; at < Math.max(first.length, second.length); at += 1)
    turns.push(...first.slice(at, at + 1), ...second.slice(at, at + 1));
  return turns;
}
