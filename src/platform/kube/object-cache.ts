import type { Logger } from "../process/logger.ts";
import type { ObjectKey } from "./object-key.ts";
import { isAtLeast } from "./resource-version.ts";

/** What happened to a key. A record replaced by one with another uid is first `Deleted`, then `Set`. */
export interface Change<R> {
  kind: "Set" | "Deleted";
  /** Of a deleted object: its last known state. */
  record: R;
  uid: string;
}

export type ChangeHandler<R> = (key: ObjectKey, change: Change<R>) => void;

interface Entry<R> {
  uid: string;
  resourceVersion: string;
  record: R;
}

interface Waiter {
  key: ObjectKey;
  resourceVersion: string;
  resolve: () => void;
}

/** The records of all objects of a kind, by key and by uid. Only the reflector writes to it. */
export class ObjectCache<R> {
  readonly #log: Logger;
  readonly #entries = new Map<ObjectKey, Entry<R>>();
  readonly #keysByUID = new Map<string, ObjectKey>();
  readonly #handlers = new Set<ChangeHandler<R>>();
  readonly #waiters = new Set<Waiter>();
  /** The resourceVersion up to which the cache is complete; undefined while everything is read again. */
  #position: string | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  get size(): number {
    return this.#entries.size;
  }

  get position(): string | undefined {
    return this.#position;
  }

  get(key: ObjectKey): R | undefined {
    return this.#entries.get(key)?.record;
  }

  getByUID(uid: string): R | undefined {
    const key = this.#keysByUID.get(uid);
    return key === undefined ? undefined : this.get(key);
  }

  keyOfUID(uid: string): ObjectKey | undefined {
    return this.#keysByUID.get(uid);
  }

  uidOf(key: ObjectKey): string | undefined {
    return this.#entries.get(key)?.uid;
  }

  resourceVersionOf(key: ObjectKey): string | undefined {
    return this.#entries.get(key)?.resourceVersion;
  }

  *records(): Generator<R> {
    for (const entry of this.#entries.values()) yield entry.record;
  }

  *entries(): Generator<[ObjectKey, R]> {
    for (const [key, entry] of this.#entries) yield [key, entry.record];
  }

  onChange(handler: ChangeHandler<R>): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** Puts a record; handlers are not called when the cache has this version. */
  set(key: ObjectKey, entry: Entry<R>): void {
    const previous = this.#entries.get(key);
    if (previous?.uid === entry.uid && previous.resourceVersion === entry.resourceVersion) return;
    if (previous !== undefined && previous.uid !== entry.uid) this.delete(key);
    this.#entries.set(key, entry);
    this.#keysByUID.set(entry.uid, key);
    this.#notify(key, { kind: "Set", record: entry.record, uid: entry.uid });
    this.#settleWaiters();
  }

  delete(key: ObjectKey): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#keysByUID.delete(entry.uid);
    this.#notify(key, { kind: "Deleted", record: entry.record, uid: entry.uid });
  }

  /** Deletes what is not among the keys of a complete list. */
  retainOnly(keys: ReadonlySet<ObjectKey>): void {
    for (const key of [...this.#entries.keys()]) if (!keys.has(key)) this.delete(key);
  }

  moveTo(position: string | undefined): void {
    this.#position = position;
    this.#settleWaiters();
  }

  async waitUntilAtLeast(
    key: ObjectKey,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    if (this.#shows(key, resourceVersion)) return;
    const reached = Promise.withResolvers<void>();
    const waiter: Waiter = { key, resourceVersion, resolve: reached.resolve };
    const onAbort = (): void => reached.reject(signal.reason);
    this.#waiters.add(waiter);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await reached.promise;
    } finally {
      this.#waiters.delete(waiter);
      signal.removeEventListener("abort", onAbort);
    }
  }

  #shows(key: ObjectKey, resourceVersion: string): boolean {
    const cached = this.#entries.get(key)?.resourceVersion;
    if (cached !== undefined && isAtLeast(cached, resourceVersion)) return true;
    // Events of a kind come in order, so a later position means that the event of this object has passed.
    return this.#position !== undefined && isAtLeast(this.#position, resourceVersion);
  }

  #settleWaiters(): void {
    for (const waiter of this.#waiters)
      if (this.#shows(waiter.key, waiter.resourceVersion)) waiter.resolve();
  }

  #notify(key: ObjectKey, change: Change<R>): void {
    for (const handler of this.#handlers) {
      try {
        handler(key, change);
      } catch (err) {
        this.#log.error({ err, key }, "Change handler failed");
      }
    }
  }
}
