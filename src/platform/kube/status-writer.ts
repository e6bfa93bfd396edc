import { isConflict, isInvalid, isNotFound } from "./kube-error.ts";
import type { KubeMetrics } from "./kube-metrics.ts";
import { silentKubeMetrics } from "./kube-metrics.ts";
import type { KubeObject } from "./kube-object.ts";
import type { ResourceClient } from "./resource-client.ts";
import { isAtLeast } from "./resource-version.ts";

interface WrittenObject {
  namespace: string;
  name: string;
  uid: string;
}

export type StatusWrite =
  | { kind: "Written"; resourceVersion: string }
  /** The object has changed since it was read: read it and decide again. */
  | { kind: "Conflict" }
  | { kind: "Gone" }
  /** The server's validation refuses the status; the same write will never succeed. */
  | { kind: "Refused"; message: string };

/** Entries are dropped as soon as the cache shows them, so there are far fewer. */
const maxRemembered = 50_000;

/** Compare-and-swap writes of `/status`, with a memory of what was written that the cache has not shown yet. */
export class StatusWriter<T extends KubeObject> {
  readonly #client: ResourceClient<T>;
  readonly #metrics: KubeMetrics;
  readonly #lastWritten = new Map<string, string>();

  constructor(client: ResourceClient<T>, options: { metrics?: KubeMetrics } = {}) {
    this.#client = client;
    this.#metrics = options.metrics ?? silentKubeMetrics;
  }

  /**
   * Merge-patches the status if the object is still at `resourceVersion`, which no later object of the same name can have.
   * @throws KubeError when it is unknown whether the write succeeded (no answer, 5xx) or the caller is refused (401, 403)
   */
  async write(
    object: WrittenObject,
    resourceVersion: string,
    status: unknown,
    signal?: AbortSignal,
  ): Promise<StatusWrite> {
    let written: T;
    try {
      written = await this.#client.patchStatus(object, resourceVersion, status, { signal });
    } catch (thrown) {
      const outcome = this.#outcomeOf(thrown);
      this.#metrics.statusWritten(outcome?.kind ?? "Failed");
      if (outcome === undefined) throw thrown;
      if (outcome.kind === "Gone") this.#lastWritten.delete(object.uid);
      return outcome;
    }
    this.#metrics.statusWritten("Written");
    const version = written.metadata.resourceVersion ?? resourceVersion;
    this.#remember(object.uid, version);
    return { kind: "Written", resourceVersion: version };
  }

  /** The resourceVersion that the cache must reach before a decision about this object counts. */
  lastWritten(uid: string): string | undefined {
    return this.#lastWritten.get(uid);
  }

  /**
   * Whether the cache shows the last write to an object, which is then forgotten. `cachedResourceVersion` is undefined when the
   * object is no longer in the cache.
   */
  isCurrent(uid: string, cachedResourceVersion: string | undefined): boolean {
    const written = this.#lastWritten.get(uid);
    if (written === undefined) return true;
    if (cachedResourceVersion !== undefined && !isAtLeast(cachedResourceVersion, written))
      return false;
    this.#lastWritten.delete(uid);
    return true;
  }

  /** Forgets the last write, after a live read. */
  forget(uid: string): void {
    this.#lastWritten.delete(uid);
  }

  #outcomeOf(thrown: unknown): Exclude<StatusWrite, { kind: "Written" }> | undefined {
    if (isNotFound(thrown)) return { kind: "Gone" };
    if (isConflict(thrown)) return { kind: "Conflict" };
    if (isInvalid(thrown)) return { kind: "Refused", message: (thrown as Error).message };
    return undefined;
  }

  #remember(uid: string, resourceVersion: string): void {
    this.#lastWritten.delete(uid);
    this.#lastWritten.set(uid, resourceVersion);
    if (this.#lastWritten.size <= maxRemembered) return;
    const [oldest] = this.#lastWritten.keys();
    if (oldest !== undefined) this.#lastWritten.delete(oldest);
  }
}
