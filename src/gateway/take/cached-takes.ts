import { Readable } from "node:stream";
import { digestOf, sha256Of } from "../../core/storage/content-digest.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { CacheLookupOutcome, GatewayMetrics } from "../metrics.ts";
import type { CacheEntries } from "./cache-entries.ts";
import { cacheKeyOf } from "./cache-key.ts";
import type { CachedPictures, Render } from "./cached-pictures.ts";
import { SharedRenders } from "./shared-renders.ts";
import { disconnected, type TakeCall, type TakeOutcome, type Takes } from "./take-service.ts";

interface CachedTakesDependencies {
  takes: Takes;
  cacheEntries: Pick<CacheEntries, "find">;
  cachedPictures: Pick<CachedPictures, "answer">;
  /** The same for all gateways. */
  digestKey: string;
  metrics: Pick<GatewayMetrics, "cacheLookups" | "cacheWaits">;
  log: Logger;
}

/** What the cache has for a call. */
interface Lookup {
  outcome: CacheLookupOutcome;
  hit?: TakeOutcome | undefined;
}

/** Answers calls with `cache` by the picture of an earlier equal call; those that arrive together share one render. */
export class CachedTakes implements Takes {
  readonly #dependencies: CachedTakesDependencies;
  readonly #renders = new SharedRenders<Render>();

  constructor(dependencies: CachedTakesDependencies) {
    this.#dependencies = dependencies;
  }

  async take(call: TakeCall): Promise<TakeOutcome> {
    const { takes, digestKey, metrics } = this.#dependencies;
    const { request, account } = call;
    if (request.cache === undefined) return await takes.take(call);
    const key = cacheKeyOf(request, account, digestKey);
    const { hit, outcome } = await this.#lookUp(key, call);
    if (hit !== undefined) {
      metrics.cacheLookups.increment({ outcome });
      return hit;
    }
    const { render, isShared } = await this.#renderOnce(`${account.name}/${key}`, call);
    metrics.cacheLookups.increment({ outcome: isShared ? "Shared" : outcome });
    return await this.#answer(render, isShared ? "Shared" : "Miss", call);
  }

  /** The answer of the cache, if it has one soon: whatever is wrong with it, the call is rendered. */
  async #lookUp(key: string, call: TakeCall): Promise<Lookup> {
    const { cacheEntries, cachedPictures, log } = this.#dependencies;
    const { account, signal } = call;
    const address = { namespace: account.spec.namespace, account: account.name, key };
    try {
      const job = await cacheEntries.find(address, signal);
      const hit = job && (await cachedPictures.answer({ job, bytes: undefined }, "Hit", call));
      return hit === undefined ? { outcome: "Miss" } : { outcome: "Hit", hit };
    } catch (err) {
      if (signal.aborted) throw disconnected();
      log.warn({ err, account: account.name }, "Could not look into the cache");
      return { outcome: "Failed" };
    }
  }

  /** A call that is to be notified, or to be known again, has a job of its own. */
  async #renderOnce(key: string, call: TakeCall): Promise<{ render: Render; isShared: boolean }> {
    const { metrics } = this.#dependencies;
    const { request, idempotencyKey, signal } = call;
    if (request.webhook !== undefined || idempotencyKey !== undefined)
      return { render: await this.#render(call), isShared: false };
    metrics.cacheWaits.increment({}, 1);
    try {
      const { value, isShared } = await this.#renders.join(key, signal, () =>
        this.#render({ ...call, signal: new AbortController().signal }),
      );
      return { render: value, isShared };
    } catch (thrown) {
      if (signal.aborted) throw disconnected();
      throw thrown;
    } finally {
      metrics.cacheWaits.increment({}, -1);
    }
  }

  async #render(call: TakeCall): Promise<Render> {
    const outcome = await this.#dependencies.takes.take(call);
    if (outcome.kind !== "Finished") throw new TypeError("a call with a cache waits for its job");
    const { job, picture } = outcome;
    const digest = job.status?.artifact?.digest;
    // Each caller opens the stored picture anew: there may be several.
    if (picture?.bytes instanceof Readable) picture.bytes.destroy();
    // Of another attempt than the one that counts, the picture may be another one.
    else if (picture !== undefined && digestOf(sha256Of(picture.bytes)) === digest)
      return { job, bytes: picture.bytes };
    return { job, bytes: undefined };
  }

  async #answer(render: Render, state: "Miss" | "Shared", call: TakeCall): Promise<TakeOutcome> {
    const answer = await this.#dependencies.cachedPictures.answer(render, state, call);
    if (answer !== undefined) return answer;
    throw new TakeError("internal_application_error", {
      message: "The stored picture no longer exists in the object store",
      reason: "StorageUnavailable",
    });
  }
}
