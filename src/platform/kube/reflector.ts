import type { Clock } from "../process/clock.ts";
import type { Runnable } from "../process/lifecycle.ts";
import type { Logger } from "../process/logger.ts";
import { KubeError, kubeErrorOfStatus } from "./kube-error.ts";
import type { KubeMetrics, RelistReason } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import type { KubeObject } from "./kube-object.ts";
import { ListWatch } from "./list-watch.ts";
import type { ListWatchOptions } from "./list-watch.ts";
import type { ChangeHandler } from "./object-cache.ts";
import { ObjectCache } from "./object-cache.ts";
import type { ObjectKey } from "./object-key.ts";
import { keyOf } from "./object-key.ts";
import { compareResourceVersions } from "./resource-version.ts";
import { WatchRecovery } from "./watch-recovery.ts";
import { restartReasonOf } from "./watch-restart-reason.ts";
import type { WatchEvent } from "./watch-events.ts";

export type { Change, ChangeHandler } from "./object-cache.ts";

export interface ReflectorOptions<T extends KubeObject, R> extends ListWatchOptions {
  clock: Clock;
  log: Logger;
  metrics?: KubeMetrics;
  /** What is kept of an object; undefined: nothing, as if it did not exist. The object itself is dropped. */
  project(object: T): R | undefined;
  /** Objects a page of a list, default 500. */
  pageSize?: number;
  /** Longest first pause after a failure (default 0.5 s); it doubles with each further one up to 30 s. */
  backoffMilliseconds?: number;
}

const defaultBackoffMilliseconds = 500;
const defaultPageSize = 500;

/**
 * A local copy of all objects of a kind, kept current by list and watch until it is stopped, through all failures of the server
 * and the network. After the reflector of client-go and KEP-3157 (WatchList).
 */
export class Reflector<T extends KubeObject, R> implements Runnable {
  readonly name: string;
  readonly #options: ReflectorOptions<T, R>;
  readonly #log: Logger;
  readonly #metrics: KubeMetrics;
  readonly #cache: ObjectCache<R>;
  readonly #listWatch: ListWatch<T>;
  readonly #recovery: WatchRecovery;
  readonly #stopping = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #relistReason: RelistReason = "Started";
  #lastContactMilliseconds: number;
  #lastEventMilliseconds: number;
  #lastBookmarkMilliseconds: number;

  constructor(options: ReflectorOptions<T, R>) {
    this.name = `reflector of ${options.type.plural}`;
    this.#options = options;
    this.#log = options.log.child({ resource: options.type.plural });
    this.#metrics = options.metrics ?? silentKubeMetrics;
    this.#cache = new ObjectCache(this.#log);
    this.#listWatch = new ListWatch(options);
    this.#recovery = new WatchRecovery({
      firstPauseMilliseconds: options.backoffMilliseconds ?? defaultBackoffMilliseconds,
      pageSize: options.pageSize ?? defaultPageSize,
    });
    // A rejection that no caller waits for must not end the process.
    this.#synced.promise.catch(() => undefined);
    this.#lastContactMilliseconds = this.#now();
    this.#lastEventMilliseconds = this.#now();
    this.#lastBookmarkMilliseconds = this.#now();
  }

  /** Starts; does not wait for `synced`. */
  async start(_signal?: AbortSignal): Promise<void> {
    this.#metrics.reflectorStarted(this.#options.type.plural, {
      records: () => this.#cache.size,
      lastEventAgeSeconds: () => (this.#now() - this.#lastEventMilliseconds) / 1000,
      lastBookmarkAgeSeconds: () => (this.#now() - this.#lastBookmarkMilliseconds) / 1000,
    });
    this.#lastContactMilliseconds = this.#now();
    this.#running ??= this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    const stopped = new Error(`The ${this.name} was stopped`);
    this.#stopping.abort(stopped);
    this.#synced.reject(stopped);
    await this.#running;
  }

  /** Resolves when the first complete state is in the cache. Rejects only when stopped before that. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Returns the function that unsubscribes. What a handler throws is logged. */
  onChange(handler: ChangeHandler<R>): () => void {
    return this.#cache.onChange(handler);
  }

  get size(): number {
    return this.#cache.size;
  }

  get(key: ObjectKey): R | undefined {
    return this.#cache.get(key);
  }

  getByUID(uid: string): R | undefined {
    return this.#cache.getByUID(uid);
  }

  keyOfUID(uid: string): ObjectKey | undefined {
    return this.#cache.keyOfUID(uid);
  }

  uidOf(key: ObjectKey): string | undefined {
    return this.#cache.uidOf(key);
  }

  records(): Iterable<R> {
    return this.#cache.records();
  }

  entries(): Iterable<[ObjectKey, R]> {
    return this.#cache.entries();
  }

  /** resourceVersion of the object as cached. */
  resourceVersionOf(key: ObjectKey): string | undefined {
    return this.#cache.resourceVersionOf(key);
  }

  /** Waits until the cache shows the object at `resourceVersion` or later, or the watch is past it. @throws the signal's reason */
  async waitUntilAtLeast(
    key: ObjectKey,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#cache.waitUntilAtLeast(key, resourceVersion, signal);
  }

  /** Since the server last sent anything. */
  lastContactAgeMilliseconds(): number {
    return this.#now() - this.#lastContactMilliseconds;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let pauseMilliseconds: number;
      try {
        await this.#follow(signal);
        pauseMilliseconds = this.#recovery.pauseMilliseconds();
        this.#metrics.watchRestarted(this.#options.type.plural, "Ended");
      } catch (thrown) {
        if (signal.aborted) return;
        pauseMilliseconds = await this.#recover(thrown);
      }
      await this.#options.clock.sleep(pauseMilliseconds, signal).catch(() => undefined);
    }
  }

  /** From the position of the cache to the end of one watch. */
  async #follow(signal: AbortSignal): Promise<void> {
    if (this.#cache.position !== undefined) return await this.#watch(signal);
    this.#metrics.relisted(this.#options.type.plural, this.#relistReason);
    if (!this.#recovery.mayWatchList) await this.#list(signal);
    await this.#watch(signal);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const seen = new Set<ObjectKey>();
    let resourceVersion = "";
    for await (const page of this.#listWatch.list(this.#recovery.pageSize, signal)) {
      this.#noteContact();
      for (const item of page.items) {
        seen.add(keyOf(item.metadata));
        this.#put(item);
      }
      ({ resourceVersion } = page);
    }
    this.#complete(seen, resourceVersion);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const resourceVersion = this.#cache.position;
    const seen = resourceVersion === undefined ? new Set<ObjectKey>() : undefined;
    const events = this.#listWatch.watch({
      resourceVersion,
      signal,
      onOpen: () => this.#noteContact(),
      onData: () => {
        this.#noteContact();
        this.#recovery.noteData();
      },
    });
    for await (const event of events) this.#apply(event, seen);
    if (this.#cache.position === undefined)
      throw new KubeError({ status: 0, reason: "Unreachable", message: "The watch ended early" });
  }

  #apply(event: WatchEvent<T>, seen: Set<ObjectKey> | undefined): void {
    if (event.type === "ERROR") throw kubeErrorOfStatus(event.object);
    const { metadata } = event.object;
    const key = keyOf(metadata);
    if (event.type === "BOOKMARK") {
      this.#lastBookmarkMilliseconds = this.#now();
      if (seen !== undefined && metadata.annotations?.["k8s.io/initial-events-end"] === "true")
        this.#complete(seen, metadata.resourceVersion ?? "");
      else this.#advance(metadata.resourceVersion);
      return;
    }
    this.#lastEventMilliseconds = this.#now();
    if (event.type === "DELETED") {
      this.#cache.delete(key);
      seen?.delete(key);
    } else {
      seen?.add(key);
      this.#put(event.object);
    }
    this.#advance(metadata.resourceVersion);
  }

  #put(object: T): void {
    const { uid, resourceVersion } = object.metadata;
    const key = keyOf(object.metadata);
    const record = this.#project(object, key);
    if (record === undefined) this.#cache.delete(key);
    else this.#cache.set(key, { uid: uid ?? "", resourceVersion: resourceVersion ?? "", record });
  }

  #project(object: T, key: ObjectKey): R | undefined {
    try {
      return this.#options.project(object);
    } catch (err) {
      this.#log.error({ err, key }, "Could not read object");
      return undefined;
    }
  }

  /** Only forward: a server with a lower resourceVersion than before was restored from a backup, so the cache is not valid. */
  #advance(resourceVersion: string | undefined): void {
    this.#recovery.noteProgress();
    const position = this.#cache.position;
    if (position === undefined || resourceVersion === undefined || resourceVersion === "") return;
    if ((compareResourceVersions(resourceVersion, position) ?? 0) < 0)
      throw new KubeError({
        status: 410,
        reason: "Expired",
        message: `The watch went back from resourceVersion ${position} to ${resourceVersion}`,
      });
    this.#cache.moveTo(resourceVersion);
  }

  #complete(seen: ReadonlySet<ObjectKey>, resourceVersion: string): void {
    this.#cache.retainOnly(seen);
    this.#cache.moveTo(resourceVersion);
    this.#recovery.noteProgress();
    this.#synced.resolve();
    this.#log.info({ records: this.#cache.size, cause: this.#relistReason }, "Read all objects");
  }

  /** Handles a failure and returns the pause before the next attempt. Never throws. */
  async #recover(thrown: unknown): Promise<number> {
    const cause = restartReasonOf(thrown);
    const { failures } = this.#recovery;
    const hasPosition = this.#cache.position !== undefined;
    const { pauseMilliseconds, relist } = this.#recovery.noteFailure({
      thrown,
      cause,
      hasPosition,
    });
    if (relist !== undefined) {
      this.#relistReason = relist;
      this.#cache.moveTo(undefined);
    }
    this.#metrics.watchRestarted(this.#options.type.plural, cause);
    this.#log.warn({ err: thrown, cause, failures }, "Watch broke off");
    if (cause === "Unauthorized")
      await this.#options.transport.refreshCredentials().catch(() => undefined);
    return pauseMilliseconds;
  }

  #noteContact(): void {
    this.#lastContactMilliseconds = this.#now();
  }

  #now(): number {
    return this.#options.clock.monotonicMilliseconds();
  }
}
