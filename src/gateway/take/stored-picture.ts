import type { Readable } from "node:stream";
import type { ObjectStore } from "../../platform/objects/object-store.ts";

interface StoredPicture {
  body: Readable;
  sizeBytes: number;
}

/** Bounds how long a slow caller holds a connection to the object store. */
const downloadTimeoutMilliseconds = 300_000;

/** Opens a stored picture for streaming; undefined if it no longer exists. */
export async function openStoredPicture(
  objectStore: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<StoredPicture | undefined> {
  const timeout = AbortSignal.timeout(downloadTimeoutMilliseconds);
  return await objectStore.open(key, { signal: AbortSignal.any([signal, timeout]) });
}
