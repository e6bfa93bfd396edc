import { Failure } from "../../api/reasons/failure.ts";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import type { Artifact } from "../../api/kinds/resource-types.ts";
import { storedKey } from "../../core/storage/object-keys.ts";
import type { JobRecord } from "./job-record.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { JobReader } from "./job-reader.ts";

/** Whether the object is the one this attempt got an upload ticket for; a worker may not report another attempt's object. */
export function isArtifactOf(
  job: JobIdentity,
  attempt: number,
  artifact: Artifact,
  bucket: string,
): boolean {
  const prefix = `artifacts/${job.namespace}/${job.uid}/${attempt}.`;
  return (
    artifact.bucket === bucket &&
    artifact.key.startsWith(prefix) &&
    !artifact.key.slice(prefix.length).includes("/")
  );
}

/**
 * The URL for `status.location`. With `storage.path` the picture is copied there first, within the object store; repeating
 * the copy is safe.
 *
 * @throws Failure(StorageUnavailable) when a retry may help, StorageDenied or StorageInvalid when not.
 */
export async function resolveLocation(
  dependencies: { objectStore: ObjectStore; jobReader: JobReader },
  record: JobRecord,
  artifact: Artifact,
  signal: AbortSignal,
): Promise<string> {
  const { objectStore, jobReader } = dependencies;
  if (!record.wantsCopy) return objectStore.locationOf(artifact.key);
  const job = await jobReader.latestJob(record, signal);
  const path = job?.metadata.uid === record.uid ? job.spec.storage?.path : undefined;
  if (job === undefined || path === undefined)
    throw new Failure("InternalError", {
      message: "The job was deleted while its picture was copied",
    });
  const copyKey = storedKey(record.namespace, path, job.spec.format);
  await objectStore.copy(artifact.key, copyKey, { signal });
  return objectStore.locationOf(copyKey);
}
