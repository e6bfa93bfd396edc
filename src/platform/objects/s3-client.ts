import { S3Client } from "@aws-sdk/client-s3";
import { NameCache } from "../process/name-cache.ts";
import { isAmazon } from "../../core/storage/object-url.ts";

export interface ObjectStoreOptions {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyID: string;
  secretAccessKey: string;
  /** The endpoint in URLs that people read; default `endpoint`. */
  publicEndpoint?: string;
  /** Default: one of its own. */
  names?: NameCache;
  /** Default: path style, but virtual hosts for amazonaws.com. */
  pathStyle?: boolean;
}

const connectTimeoutMilliseconds = 5_000;
const requestTimeoutMilliseconds = 60_000;
const triesPerCall = 3;

/** Opens no connection until it is used. */
export function createS3Client(options: ObjectStoreOptions): S3Client {
  const { lookup } = options.names ?? new NameCache();
  return new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: options.pathStyle ?? !isAmazon(options.endpoint),
    credentials: {
      accessKeyId: options.accessKeyID,
      secretAccessKey: options.secretAccessKey,
    },
    // The default adds a CRC32 that some servers refuse and that spoils presigned PUTs.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: triesPerCall,
    requestHandler: {
      connectionTimeout: connectTimeoutMilliseconds,
      requestTimeout: requestTimeoutMilliseconds,
      throwOnRequestTimeout: true,
      httpAgent: { lookup },
      httpsAgent: { lookup },
    },
  });
}
