import { Failure } from "../../api/reasons/failure.ts";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import type { Artifact } from "../../api/kinds/resource-types.ts";
import { isArtifactKey } from "../../core/storage/object-keys.ts";
import { ownObjectURL } from "../../core/storage/own-bucket.ts";
import { ownBucketOf, storedObjectOf } from "../../core/storage/stored-object.ts";
import type { JobRecord } from "./job-record.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import { metadataOfArtifact } from "../workers/upload-metadata.ts";
import type { JobReader } from "./job-reader.ts";

/** Whether the object is the one this attempt got an upload ticket for; a worker may not report another attempt's object. */
export function isArtifactOf(
  job: JobIdentity,
  attempt: number,
  artifact: Artifact,
  bucket: string,
): boolean {
  const { namespace, uid } = job;
  return artifact.bucket === bucket && isArtifactKey(artifact.key, { namespace, uid, attempt });
}

/**
 * The URL for `status.location`. Into a bucket of the user's the worker has put the copy already. Else, with `storage.path`, the picture
 * is copied first, within the object store: exactly the picture that the status will name. Of several jobs with one path the last copy is
 * kept, as their users expect.
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
  if (!record.wantsCopy && !record.hasOwnBucket) return objectStore.locationOf(artifact.key);
  const job = await jobReader.latestJob(record, signal);
  const copy = job?.metadata.uid === record.uid && storedObjectOf(job, objectStore.bucket);
  if (job === undefined || !copy)
    throw new Failure("InternalError", {
      message: "The job was deleted while its picture was copied",
    });
  const copyKey = copy.key;
  const own = ownBucketOf(job.spec.storage);
  if (own !== undefined) return ownObjectURL(own, copyKey);
  const expectedMetadata = metadataOfArtifact(record.uid, artifact);
  // Made before, by a controller that could not write the status.
  const known = (await objectStore.head(copyKey, { signal }))?.metadata;
  const isMade = Object.entries(expectedMetadata).every(([name, value]) => known?.[name] === value);
  if (!isMade) await objectStore.copy(artifact.key, copyKey, { signal, expectedMetadata });
  return objectStore.locationOf(copyKey);
}
