import type { Readable } from "node:stream";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { ByteRange } from "./range-policy.ts";

interface StoredPicture {
  body: Readable;
  /** Of the part that was asked for. */
  sizeBytes: number;
  etag: string;
}

/** Bounds how long a slow caller holds a connection to the object store. */
const downloadTimeoutMilliseconds = 300_000;

/** Opens a stored picture, or a part of it, for streaming; undefined if it no longer exists. */
export async function openStoredPicture(
  objectStore: Pick<ObjectStore, "open">,
  key: string,
  { signal, range }: { signal: AbortSignal; range?: ByteRange | undefined },
): Promise<StoredPicture | undefined> {
  const timeout = AbortSignal.timeout(downloadTimeoutMilliseconds);
  return await objectStore.open(key, {
    signal: AbortSignal.any([signal, timeout]),
    ...(range !== undefined && { range }),
  });
}
