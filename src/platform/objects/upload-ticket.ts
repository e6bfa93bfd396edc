import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

export interface UploadTicketOptions {
  key: string;
  sizeBytes: number;
  /** Lower-case hex. */
  sha256: string;
  mediaType: string;
  /** Names in lower case, without the `x-amz-meta-` prefix; values in ASCII. */
  metadata: Record<string, string>;
  /** The ticket refuses to overwrite: when there is an object with this key, the answer is 412. */
  onlyIfAbsent?: boolean;
  /** Default 120. */
  expiresSeconds?: number;
  /** Default now. */
  signedAt?: Date;
}

/** A presigned request: this method to this URL with exactly these headers, and the bytes that the ticket was made for. */
export interface UploadTicket {
  method: "PUT";
  url: string;
  headers: Record<string, string>;
}

const defaultExpiresSeconds = 120;

/**
 * A PUT whose signature covers length, checksum, type and metadata, so that it can upload nothing else.
 *
 * By default the client library moves signed headers into the query, where servers check neither length nor type; here they stay
 * headers. The server compares `x-amz-checksum-sha256` with what it received; `x-amz-content-sha256` stays UNSIGNED-PAYLOAD, the
 * only value in presigned URLs that all servers accept.
 */
export async function signUpload(
  client: S3Client,
  bucket: string,
  options: UploadTicketOptions,
): Promise<UploadTicket> {
  const headers: Record<string, string> = {
    "content-length": String(options.sizeBytes),
    "content-type": options.mediaType,
    "x-amz-checksum-sha256": Buffer.from(options.sha256, "hex").toString("base64"),
  };
  if (options.onlyIfAbsent === true) headers["if-none-match"] = "*";
  for (const [name, value] of Object.entries(options.metadata))
    headers[`x-amz-meta-${name}`] = value;
  const names = new Set(Object.keys(headers));
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: options.key,
    ContentLength: options.sizeBytes,
    ContentType: options.mediaType,
    ChecksumSHA256: headers["x-amz-checksum-sha256"],
    Metadata: options.metadata,
    IfNoneMatch: headers["if-none-match"],
  });
  const url = await getSignedUrl(client, command, {
    expiresIn: options.expiresSeconds ?? defaultExpiresSeconds,
    signableHeaders: new Set([...names, "host"]),
    unhoistableHeaders: names,
    ...(options.signedAt === undefined ? {} : { signingDate: options.signedAt }),
  });
  return { method: "PUT", url, headers };
}
