import type { StorageKeys } from "../../api/messages/page-secrets.ts";
import { s3ACL, s3StorageClass } from "../../api/options/storage-classes.ts";
import type { StorageACL, StorageClass } from "../../api/options/storage-classes.ts";
import { ownObjectURL, regionOf, type OwnBucket } from "../../core/storage/own-bucket.ts";
import { createS3Client } from "./s3-client.ts";
import type { UploadTicket } from "./upload-ticket.ts";

interface OwnBucketUpload {
  own: OwnBucket;
  key: string;
  keys: StorageKeys;
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string;
  mediaType: string;
  storageClass?: StorageClass | undefined;
  acl?: StorageACL | undefined;
  /** Default now. */
  signedAt?: Date;
}

/**
 * A signed PUT to a bucket of the user's. Signature and digest of the bytes are in headers: unlike the checksum of a presigned URL, every
 * server that knows signature version 4 checks that digest. No request is made; the keys are not in what is returned.
 */
export async function signOwnBucketUpload(upload: OwnBucketUpload): Promise<UploadTicket> {
  const { own, keys, storageClass, acl } = upload;
  const url = new URL(ownObjectURL(own, upload.key));
  const client = createS3Client({
    endpoint: url.origin,
    region: regionOf(own),
    bucket: own.bucket,
    accessKeyID: keys.accessKeyID,
    secretAccessKey: keys.secretAccessKey,
  });
  const signer = await client.config.signer();
  const { headers } = await signer.sign(
    {
      method: "PUT",
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== "" && { port: Number(url.port) }),
      path: url.pathname,
      headers: {
        host: url.host,
        "content-length": String(upload.sizeBytes),
        "content-type": upload.mediaType,
        "x-amz-content-sha256": upload.sha256,
        ...(storageClass !== undefined && { "x-amz-storage-class": s3StorageClass(storageClass) }),
        ...(acl !== undefined && { "x-amz-acl": s3ACL[acl] }),
      },
    },
    upload.signedAt === undefined ? {} : { signingDate: upload.signedAt },
  );
  client.destroy();
  return { method: "PUT", url: url.href, headers };
}
