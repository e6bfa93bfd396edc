import type { ObjectKey } from "../../platform/kube/object-key.ts";
import { nameOfKey } from "../../platform/kube/object-key.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { deleteCaptureConsumer, ensureCaptureConsumer } from "../../platform/nats/streams.ts";
import type { PoolCache } from "./pool-cache.ts";

/** Each pool's durable consumer on STILLS_CAPTURES. */
export class PoolConsumers {
  readonly #nats: Nats;
  readonly #pools: PoolCache;
  readonly #ensured = new Set<ObjectKey>();

  constructor({ nats, pools }: { nats: Nats; pools: PoolCache }) {
    this.#nats = nats;
    this.#pools = pools;
  }

  /** Creates the consumers of all pools. @throws Failure when NATS refuses. */
  async ensureAll(): Promise<void> {
    for (const [key] of this.#pools.entries()) await this.ensure(key);
  }

  /** Creates a pool's consumer, once. @throws Failure when NATS refuses. */
  async ensure(key: ObjectKey): Promise<void> {
    if (this.#ensured.has(key)) return;
    await ensureCaptureConsumer(this.#nats, nameOfKey(key).name);
    this.#ensured.add(key);
  }

  /** Deletes the consumer of a pool that is gone, and its capture requests. @throws Failure when NATS refuses. */
  async delete(key: ObjectKey): Promise<void> {
    await deleteCaptureConsumer(this.#nats, nameOfKey(key).name);
    this.#ensured.delete(key);
  }

  /** NATS may have lost its consumers: `ensure` creates each one again. */
  forgetAll(): void {
    this.#ensured.clear();
  }
}
