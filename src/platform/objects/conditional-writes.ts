import { randomUUID } from "node:crypto";
import { Failure } from "../../api/reasons/failure.ts";
import type { CallOptions, ObjectStore } from "./object-store.ts";

/** No namespace has this name. */
const probePrefix = "artifacts/.probe/";

/**
 * Whether the object store refuses to overwrite an object when a request asks for that (`If-None-Match: *`). Some stores accept the
 * header and ignore it, so it is tried: a key that nobody uses is written twice.
 */
export class ConditionalWrites {
  readonly #objectStore: Pick<ObjectStore, "putIfAbsent" | "remove">;
  #areHonoured: boolean | undefined;

  constructor(objectStore: Pick<ObjectStore, "putIfAbsent" | "remove">) {
    this.#objectStore = objectStore;
  }

  /** False until it is known. */
  get areHonoured(): boolean {
    return this.#areHonoured === true;
  }

  get isKnown(): boolean {
    return this.#areHonoured !== undefined;
  }

  /** @throws Failure(StorageUnavailable) when the store cannot be asked now */
  async probe(options: CallOptions): Promise<void> {
    const key = `${probePrefix}${randomUUID()}`;
    try {
      this.#areHonoured = await this.#refusesSecond(key, options);
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.reason === "StorageUnavailable") throw thrown;
      // A store that does not know the header, or a key that may not write here.
      this.#areHonoured = false;
    } finally {
      await this.#objectStore.remove(key, options).catch(() => undefined);
    }
  }

  async #refusesSecond(key: string, options: CallOptions): Promise<boolean> {
    const write = () =>
      this.#objectStore.putIfAbsent(
        key,
        Buffer.from("probe"),
        { mediaType: "text/plain" },
        options,
      );
    // The first may be refused too: the client repeats a request whose answer was lost.
    await write();
    return (await write()) === "Taken";
  }
}
