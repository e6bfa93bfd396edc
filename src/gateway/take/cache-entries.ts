import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { parseCacheEntry } from "../../api/messages/cache-entry.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { cacheEntryKey } from "../../core/storage/object-keys.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";

interface CacheEntriesDependencies {
  objectStore: Pick<ObjectStore, "get">;
  clock: Pick<Clock, "now">;
}

/** A slower object store is as good as no cache: a render takes about as long. */
export const longestLookupMilliseconds = 2_000;

/** Which pictures answer calls, as controllers wrote it into the object store. */
export class CacheEntries {
  readonly #dependencies: CacheEntriesDependencies;

  constructor(dependencies: CacheEntriesDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * The job whose picture answers calls of the account with this key; undefined if there is none, or its time is over.
   * @throws Failure if that cannot be found out soon
   */
  async find(
    address: { namespace: string; account: string; key: string },
    signal: AbortSignal,
  ): Promise<ScreenshotJob | undefined> {
    const { objectStore, clock } = this.#dependencies;
    using deadline = new Deadline({ milliseconds: longestLookupMilliseconds, parents: [signal] });
    try {
      const stored = await objectStore.get(cacheEntryKey(address), { signal: deadline.signal });
      if (stored === undefined) return undefined;
      const { job, expiresMilliseconds } = parseCacheEntry(JSON.parse(stored.bytes.toString()));
      return expiresMilliseconds > clock.now() ? job : undefined;
    } catch (thrown) {
      // What a key without the right to list is told of an object that is not there.
      if (thrown instanceof Failure && thrown.reason === "StorageDenied") return undefined;
      throw thrown;
    }
  }
}
