import type { Nats } from "./connection.ts";
import { within } from "./limits.ts";
import type { Delivery } from "./pull-consumer.ts";

interface LeaseOptions {
  /** Of the consumer. */
  ackWaitSeconds: number;
}

export interface Lease {
  /** Aborts when the server has not confirmed the lease for 0.8 x ack_wait: another consumer may get the message soon. */
  readonly lost: AbortSignal;
  /** Stops renewing. Idempotent. */
  stop(): void;
  [Symbol.dispose](): void;
}

/**
 * Renews a delivery every third of ack_wait until stopped: `using lease = keepWorking(…)`.
 *
 * A renewal is fire and forget, so a round trip to the server follows each: only that proves its arrival. It also detects a
 * half-open connection long before the client's own pings do.
 */
export function keepWorking(nats: Nats, delivery: Delivery, options: LeaseOptions): Lease {
  const ackWaitMilliseconds = options.ackWaitSeconds * 1000;
  const lost = new AbortController();
  let confirmedAt = performance.now();

  const renew = async (): Promise<void> => {
    const sentAt = performance.now();
    try {
      delivery.working();
      await within(nats.connection.flush(), ackWaitMilliseconds);
      confirmedAt = Math.max(confirmedAt, sentAt);
    } catch {
      // No connection: the next renewal tries again, and the check below decides when it is too late.
    }
  };
  const check = (): void => {
    if (performance.now() - confirmedAt < 0.8 * ackWaitMilliseconds) return;
    stop();
    lost.abort(new Error("The lease of the message could not be renewed"));
  };
  const renewals = setInterval(() => void renew(), ackWaitMilliseconds / 3);
  const checks = setInterval(check, ackWaitMilliseconds / 20);
  const stop = (): void => {
    clearInterval(renewals);
    clearInterval(checks);
  };
  return { lost: lost.signal, stop, [Symbol.dispose]: stop };
}
