import { Failure } from "../../api/reasons/failure.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { keepWorking } from "../../platform/nats/message-lease.ts";
import type { Delivery } from "../../platform/nats/pull-consumer.ts";
import { resultAckWaitSeconds } from "../../platform/nats/stream-shapes.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { ObjectStoreMonitor } from "../object-store-monitor.ts";
import { SharedPermits } from "./shared-permits.ts";

interface CopyPoolDependencies {
  nats: Nats;
  store: Pick<ObjectStoreMonitor, "untilAvailable">;
}

interface Copying {
  delivery: Delivery;
  namespace: string;
  signal: AbortSignal;
}

const maxConcurrentCopies = 16;
const maxConcurrentCopiesPerNamespace = 4;
/** Each waits with a lease that is renewed; those beyond come again later. */
const maxWaitingCopies = 512;
const copyLimitMilliseconds = 120_000;

/**
 * Runs the work of results that begin with a copy in the object store, so that the other results do not wait for it: with permits of its
 * own, of which each namespace has a share. The lease of a result is renewed while it waits, or it would be applied twice.
 */
export class CopyPool {
  readonly #dependencies: CopyPoolDependencies;
  readonly #permits = new SharedPermits({
    permits: maxConcurrentCopies,
    permitsPerNamespace: maxConcurrentCopiesPerNamespace,
  });

  constructor(dependencies: CopyPoolDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws what the work throws, the signal's reason, or a Failure when too many wait or the lease was lost */
  async run<T>(
    { delivery, namespace, signal }: Copying,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#permits.waiting >= maxWaitingCopies)
      throw new Failure("StorageUnavailable", { message: "Too many copies wait" });
    const { nats, store } = this.#dependencies;
    using lease = keepWorking(nats, delivery, { ackWaitSeconds: resultAckWaitSeconds });
    using leased = new Deadline({
      milliseconds: Number.POSITIVE_INFINITY,
      parents: [signal, lease.lost],
    });
    // Before the permit: nobody copies while the object store is away.
    await store.untilAvailable(leased.signal);
    using _permit = await this.#permits.acquire(namespace, leased.signal);
    using deadline = new Deadline({
      milliseconds: copyLimitMilliseconds,
      parents: [leased.signal],
    });
    return await work(deadline.signal);
  }
}
