import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobStorage } from "../../api/kinds/storage-fields.ts";
import { extensionOf, storedKey } from "./object-keys.ts";
import type { OwnBucket } from "./own-bucket.ts";

type CopiedJob = Pick<ScreenshotJob, "metadata" | "spec">;

/** Where the copy of a job's picture is; undefined without `storage.path`. */
export function storedObjectOf(
  job: CopiedJob,
  operatorBucket: string,
): { bucket: string; key: string } | undefined {
  const { storage, format } = job.spec;
  if (storage === undefined) return undefined;
  const own = ownBucketOf(storage);
  if (own !== undefined) return { bucket: own.bucket, key: ownKeyOf(storage.path, format) };
  return {
    bucket: operatorBucket,
    key: storedKey(job.metadata.namespace, storage.path, format),
  };
}

/** What jobs and accounts say about a bucket. */
type BucketFields = Pick<JobStorage, "bucket" | "endpoint" | "region">;

/** The bucket that a job or an account names; undefined where copies go to the operator's. */
export function ownBucketOf(storage: BucketFields | undefined): OwnBucket | undefined {
  if (storage?.bucket === undefined) return undefined;
  const { bucket, endpoint, region } = storage;
  return {
    bucket,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  };
}

/** In a bucket of the user's the path stands alone. */
export function ownKeyOf(path: string, format: ScreenshotJob["spec"]["format"]): string {
  return `${path}.${extensionOf(format)}`;
}
