import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import { Deadline } from "../process/deadline.ts";
import type { Clock } from "../process/clock.ts";
import type { Logger } from "../process/logger.ts";
import { KubeError, isInvalid, isTooLarge, kubeErrorOfStatus } from "./kube-error.ts";
import type { KubeMetrics, RelistReason, WatchRestartReason } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import type { ChangeHandler } from "./object-cache.ts";
import { ObjectCache } from "./object-cache.ts";
import type { ObjectKey } from "./object-key.ts";
import { keyOf } from "./object-key.ts";
import type { KubeObject } from "./kube-object.ts";
import type { ResourceType } from "./resource-type.ts";
import { ResourceClient } from "./resource-client.ts";
import { collectionPath } from "./resource-type.ts";
import { compareResourceVersions } from "./resource-version.ts";
import type { KubeTransport } from "./transport.ts";
import { WatchSilent, restartReasonOf } from "./watch-restart-reason.ts";
import type { WatchEvent } from "./watch-events.ts";
import { readWatchEvents } from "./watch-events.ts";

export type { Change, ChangeHandler } from "./object-cache.ts";

export interface ReflectorOptions<T extends KubeObject, R> {
  transport: KubeTransport;
  type: ResourceType;
  clock: Clock;
  log: Logger;
  metrics?: KubeMetrics;
  /** Only this namespace; all without it. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** What is kept of an object; undefined: nothing, as if it did not exist. The object itself is dropped. */
  project(object: T): R | undefined;
  /** Objects a page of a list, default 500. */
  pageSize?: number;
  /** Without a byte for this long a watch counts as broken; bookmarks come about every 60 s. Default 90 s. */
  silenceLimitMilliseconds?: number;
  /** Ceiling of the first pause after a failure (default 0.5 s); it doubles with each further one up to 30 s. */
  backoffMilliseconds?: number;
}

const maxBackoffMilliseconds = 30_000;
const maxRetryAfterMilliseconds = 60_000;
const listTimeoutMilliseconds = 60_000;
const defaultSilenceLimitMilliseconds = 90_000;
const defaultBackoffMilliseconds = 500;
const defaultPageSize = 500;

/**
 * A local copy of all objects of a kind, kept current by list and watch until it is stopped; whatever the server or the
 * network does, it goes on. A Runnable. After the reflector of client-go and KEP-3157 (WatchList).
 */
export class Reflector<T extends KubeObject, R> {
  readonly name: string;
  readonly #options: ReflectorOptions<T, R>;
  readonly #log: Logger;
  readonly #metrics: KubeMetrics;
  readonly #cache: ObjectCache<R>;
  readonly #client: ResourceClient<T>;
  readonly #stopping = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #relistReason: RelistReason = "Started";
  #mayWatchList = true;
  #pageSize: number;
  /** Failures since the last progress. */
  #failures = 0;
  /** Watches in a row that were cut for silence before they had sent a byte. */
  #silentWatches = 0;
  #lastContactMilliseconds: number;
  #lastEventMilliseconds: number;
  #lastBookmarkMilliseconds: number;

  constructor(options: ReflectorOptions<T, R>) {
    this.name = `reflector of ${options.type.plural}`;
    this.#options = options;
    this.#log = options.log.child({ resource: options.type.plural });
    this.#metrics = options.metrics ?? silentKubeMetrics;
    this.#cache = new ObjectCache(this.#log);
    this.#client = new ResourceClient(options.transport, options.type);
    this.#pageSize = options.pageSize ?? defaultPageSize;
    // Nobody need wait for it.
    this.#synced.promise.catch(() => undefined);
    this.#lastContactMilliseconds = this.#now();
    this.#lastEventMilliseconds = this.#now();
    this.#lastBookmarkMilliseconds = this.#now();
  }

  /** Begins; does not wait for `synced`. */
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

  /** Resolves when the first complete state is in the cache. Rejects only if stopped before. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** Returns the function that unsubscribes. A handler that throws is logged and does no harm. */
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

  /**
   * Waits until the cache shows the object at `resourceVersion` or later (or the watch is past it). Limited by the caller:
   * rejects with the signal's reason.
   */
  async waitUntilAtLeast(
    key: ObjectKey,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#cache.waitUntilAtLeast(key, resourceVersion, signal);
  }

  /** Since the last sign of life of list or watch; liveness fails above three minutes. */
  lastContactAgeMilliseconds(): number {
    return this.#now() - this.#lastContactMilliseconds;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let pauseMilliseconds: number;
      try {
        await this.#follow(signal);
        pauseMilliseconds = this.#backoffMilliseconds();
        this.#metrics.watchRestarted(this.#options.type.plural, "Ended");
      } catch (thrown) {
        if (signal.aborted) return;
        pauseMilliseconds = await this.#recover(thrown);
      }
      await this.#options.clock.sleep(pauseMilliseconds, signal).catch(() => undefined);
    }
  }

  /** From where the cache stands to the end of one watch. */
  async #follow(signal: AbortSignal): Promise<void> {
    if (this.#cache.position !== undefined) return await this.#watch("Resume", signal);
    this.#metrics.relisted(this.#options.type.plural, this.#relistReason);
    if (this.#mayWatchList) return await this.#watch("Initial", signal);
    await this.#list(signal);
    await this.#watch("Resume", signal);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const seen = new Set<ObjectKey>();
    const { namespace, labelSelector, fieldSelector } = this.#options;
    let continueToken: string | undefined;
    let resourceVersion: string;
    do {
      const page = await this.#client.list({
        limit: this.#pageSize,
        timeoutMilliseconds: listTimeoutMilliseconds,
        signal,
        ...(namespace !== undefined && { namespace }),
        ...(labelSelector !== undefined && { labelSelector }),
        ...(fieldSelector !== undefined && { fieldSelector }),
        ...(continueToken !== undefined && { continueToken }),
      });
      this.#heardFromServer();
      for (const item of page.items) {
        seen.add(keyOf(item.metadata));
        this.#put(item);
      }
      continueToken = page.continueToken;
      resourceVersion = page.resourceVersion;
    } while (continueToken !== undefined);
    this.#complete(seen, resourceVersion);
  }

  /** Initial: with all objects first, as synthetic events up to an annotated bookmark. */
  async #watch(mode: "Initial" | "Resume", signal: AbortSignal): Promise<void> {
    const { transport, type, namespace } = this.#options;
    const limit = this.#options.silenceLimitMilliseconds ?? defaultSilenceLimitMilliseconds;
    using silence = new Deadline({ milliseconds: limit, parents: [signal] });
    let hasHeard = false;
    const onChunk = (): void => {
      hasHeard = true;
      silence.restart();
      this.#heardFromServer();
      this.#silentWatches = 0;
    };
    const seen = mode === "Initial" ? new Set<ObjectKey>() : undefined;
    try {
      const stream = await transport.openStream({
        method: "GET",
        verb: "watch",
        path: collectionPath(type, namespace),
        query: this.#watchQuery(mode),
        signal: silence.signal,
      });
      this.#heardFromServer();
      for await (const event of readWatchEvents<T>(observed(stream.chunks, onChunk)))
        this.#take(event, seen);
    } catch (thrown) {
      if (silence.isReached && !signal.aborted) throw new WatchSilent(limit, { cause: thrown });
      throw thrown;
    }
    if (!hasHeard || this.#cache.position === undefined)
      throw new KubeError({ status: 0, reason: "Unreachable", message: "The watch ended early" });
  }

  #watchQuery(mode: "Initial" | "Resume"): Record<string, string | number | boolean | undefined> {
    return {
      watch: true,
      allowWatchBookmarks: true,
      // Spread, so that the watches of many clients do not end together.
      timeoutSeconds: 290 + Math.floor(Math.random() * 301),
      labelSelector: this.#options.labelSelector,
      fieldSelector: this.#options.fieldSelector,
      ...(mode === "Initial"
        ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" }
        : { resourceVersion: this.#cache.position }),
    };
  }

  #take(event: WatchEvent<T>, seen: Set<ObjectKey> | undefined): void {
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

  /** Only forward: a server that counts lower than before was restored from a backup, so nothing known is valid. */
  #advance(resourceVersion: string | undefined): void {
    this.#failures = 0;
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
    this.#failures = 0;
    this.#synced.resolve();
    this.#log.info({ records: this.#cache.size, cause: this.#relistReason }, "Read all objects");
  }

  /** What to do about a failure; answers how long to pause. Never throws. */
  async #recover(thrown: unknown): Promise<number> {
    const cause = restartReasonOf(thrown);
    this.#learnFrom(thrown, cause);
    this.#metrics.watchRestarted(this.#options.type.plural, cause);
    this.#log.warn({ err: thrown, cause, failures: this.#failures }, "Watch broke off");
    if (cause === "Unauthorized")
      await this.#options.transport.refreshCredentials().catch(() => undefined);
    const pauseMilliseconds = this.#backoffMilliseconds();
    this.#failures += 1;
    const retryAfter = thrown instanceof KubeError ? (thrown.retryAfterSeconds ?? 0) * 1000 : 0;
    return Math.max(pauseMilliseconds, Math.min(retryAfter, maxRetryAfterMilliseconds));
  }

  /** What the next try does differently. */
  #learnFrom(thrown: unknown, cause: WatchRestartReason): void {
    if (cause === "Expired") this.#startAnew("Expired");
    if (cause === "Silent") {
      this.#silentWatches += 1;
      // A server restored from a backup has no event beyond our position, and sends not even bookmarks.
      if (this.#silentWatches >= 2) this.#startAnew("Silent");
    }
    if (isInvalid(thrown)) {
      // Servers before 1.34 refuse sendInitialEvents; for a watch from a position a new list helps if anything does.
      if (this.#cache.position === undefined) this.#mayWatchList = false;
      this.#startAnew("WatchListRefused");
    }
    if (isTooLarge(thrown)) this.#pageSize = Math.max(1, Math.floor(this.#pageSize / 2));
  }

  #startAnew(reason: RelistReason): void {
    this.#relistReason = reason;
    this.#silentWatches = 0;
    this.#cache.moveTo(undefined);
  }

  #backoffMilliseconds(): number {
    const firstMilliseconds = this.#options.backoffMilliseconds ?? defaultBackoffMilliseconds;
    const backoff = { firstMilliseconds, mostMilliseconds: maxBackoffMilliseconds, jitter: 1 };
    return backoffMilliseconds(this.#failures, backoff, Math.random());
  }

  #heardFromServer(): void {
    this.#lastContactMilliseconds = this.#now();
  }

  #now(): number {
    return this.#options.clock.monotonicMilliseconds();
  }
}

/** The same chunks; calls back before each. */
async function* observed(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onChunk();
    yield chunk;
  }
}
