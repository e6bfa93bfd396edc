import { addAbortSignal, Readable } from "node:stream";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Failure } from "../../api/reasons/failure.ts";
import { isNoSuchObject, isOtherVersion, isTaken, toObjectsFailure } from "./objects-failure.ts";
import { encodeKey, objectURL } from "../../core/storage/object-url.ts";
import { createS3Client } from "./s3-client.ts";
import type { ObjectStoreOptions } from "./s3-client.ts";
import { signUpload } from "./upload-ticket.ts";
import type { UploadTicket, UploadTicketOptions } from "./upload-ticket.ts";

export interface ObjectFacts {
  sizeBytes: number;
  mediaType: string;
  /** Names in lower case, without the `x-amz-meta-` prefix. */
  metadata: Record<string, string>;
}

export interface StoredObject extends ObjectFacts {
  bytes: Buffer;
}

interface OpenObject extends ObjectFacts {
  body: Readable;
  /** In quotes, as the header has it. */
  etag: string;
}

interface OpenOptions {
  signal: AbortSignal;
  /** First and last byte, both included; the whole object without it. */
  range?: { start: number; end: number };
  /** Only the object with this etag, so that a second reading is of the same bytes. */
  etag?: string;
}

interface PutFacts {
  mediaType: string;
  metadata?: Record<string, string>;
}

export interface CallOptions {
  signal?: AbortSignal;
}

interface CopyOptions extends CallOptions {
  /** Of the source; entries with other values are an error. */
  expectedMetadata?: Record<string, string>;
}

const defaultDownloadSeconds = 120;
/** A key that is never written. */
const missingKey = "artifacts/none";

/** Opens no connection until it is used. */
export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  return new ObjectStore(options);
}

/** One bucket of an S3 server. Every method throws a Failure: StorageUnavailable (may be retried), StorageDenied or StorageInvalid. */
export class ObjectStore {
  readonly bucket: string;
  readonly #options: ObjectStoreOptions;
  readonly #client: S3Client;

  constructor(options: ObjectStoreOptions) {
    this.bucket = options.bucket;
    this.#options = options;
    this.#client = createS3Client(options);
  }

  /** Undefined if there is no such object. */
  async head(key: string, options: CallOptions = {}): Promise<ObjectFacts | undefined> {
    try {
      return factsOf(
        await this.#client.send(new HeadObjectCommand(this.#address(key)), abortable(options)),
      );
    } catch (thrown) {
      // A HEAD has no body, so a missing bucket looks like a missing object.
      if (!isNoSuchObject(thrown)) throw this.#failure(thrown, "look up the object");
    }
    await this.#requireBucket(options);
    return undefined;
  }

  /** The whole object; undefined if there is none. */
  async get(key: string, options: CallOptions = {}): Promise<StoredObject | undefined> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand(this.#address(key)),
        abortable(options),
      );
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      return { ...factsOf(answer), sizeBytes: bytes.length, bytes };
    } catch (thrown) {
      if (isNoSuchObject(thrown)) return undefined;
      throw this.#failure(thrown, "read the object");
    }
  }

  /**
   * The object as a stream, which ends with an error when the signal is aborted; undefined if there is none, or none with that etag. The
   * caller reads or destroys it.
   */
  async open(key: string, { signal, range, etag }: OpenOptions): Promise<OpenObject | undefined> {
    const part = {
      ...(range !== undefined && { Range: `bytes=${range.start}-${range.end}` }),
      ...(etag !== undefined && { IfMatch: etag }),
    };
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ ...this.#address(key), ...part }),
        abortable({ signal }),
      );
      const body = answer.Body instanceof Readable ? answer.Body : Readable.from([]);
      return {
        ...factsOf(answer),
        etag: answer.ETag ?? "",
        body: addAbortSignal(signal, body),
      };
    } catch (thrown) {
      if (isNoSuchObject(thrown) || isOtherVersion(thrown)) return undefined;
      throw this.#failure(thrown, "read the object");
    }
  }

  /** What `open` would open; undefined if there is no such object, or none that may be read. */
  async version(
    key: string,
    options: CallOptions = {},
  ): Promise<{ etag: string; sizeBytes: number } | undefined> {
    try {
      const answer = await this.#client.send(
        new HeadObjectCommand(this.#address(key)),
        abortable(options),
      );
      return { etag: answer.ETag ?? "", sizeBytes: answer.ContentLength ?? 0 };
    } catch (thrown) {
      if (isNoSuchObject(thrown)) return undefined;
      throw this.#failure(thrown, "look up the object");
    }
  }

  /** Stores bytes, replacing an object that exists. */
  async put(
    key: string,
    bytes: Uint8Array,
    facts: PutFacts,
    options: CallOptions = {},
  ): Promise<void> {
    const command = new PutObjectCommand(this.#putInput(key, bytes, facts));
    await this.#run("store the object", () => this.#client.send(command, abortable(options)));
  }

  /** Stores bytes under a free key; `Taken` if the store says that there is an object. Some stores overwrite it: see ConditionalWrites. */
  async putIfAbsent(
    key: string,
    bytes: Uint8Array,
    facts: PutFacts,
    options: CallOptions = {},
  ): Promise<"Stored" | "Taken"> {
    try {
      await this.#client.send(
        new PutObjectCommand({ ...this.#putInput(key, bytes, facts), IfNoneMatch: "*" }),
        abortable(options),
      );
      return "Stored";
    } catch (thrown) {
      if (isTaken(thrown)) return "Taken";
      throw this.#failure(thrown, "store the object");
    }
  }

  /**
   * Copies on the server, with media type and metadata, exactly the object that has the expected metadata. StorageInvalid if there is no
   * such object.
   */
  async copy(from: string, to: string, options: CopyOptions = {}): Promise<void> {
    await this.#run("copy the object", async () => {
      const source = await this.#headSource(from, options);
      for (const [name, value] of Object.entries(options.expectedMetadata ?? {}))
        if (source.Metadata?.[name] !== value)
          throw new Failure("StorageInvalid", {
            message: "The stored picture is not the one that its worker reported",
          });
      const command = new CopyObjectCommand({
        ...this.#address(to),
        CopySource: `${this.bucket}/${encodeKey(from)}`,
        CopySourceIfMatch: source.ETag,
        MetadataDirective: "COPY",
      });
      await this.#client.send(command, abortable(options));
    });
  }

  async #headSource(key: string, options: CallOptions): Promise<HeadObjectCommandOutput> {
    const command = new HeadObjectCommand(this.#address(key));
    try {
      return await this.#client.send(command, abortable(options));
    } catch (thrown) {
      // A HEAD has no body, so what is wrong with the bucket or the key looks like a missing object.
      if (isNoSuchObject(thrown)) await this.#requireBucket(options);
      throw thrown;
    }
  }

  /** Keys that begin with the prefix, at most a thousand. */
  async keysWith(prefix: string, options: CallOptions = {}): Promise<string[]> {
    const command = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix });
    const { Contents = [] } = await this.#run("list objects", () =>
      this.#client.send(command, abortable(options)),
    );
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  }

  /** No error if there is no such object. */
  async remove(key: string, options: CallOptions = {}): Promise<void> {
    const command = new DeleteObjectCommand(this.#address(key));
    await this.#run("remove the object", () => this.#client.send(command, abortable(options)));
  }

  /** A presigned PUT for exactly this length, SHA-256, type and metadata. No request is made. */
  async uploadTicket(options: UploadTicketOptions): Promise<UploadTicket> {
    return await this.#run("sign an upload", () => signUpload(this.#client, this.bucket, options));
  }

  /** A presigned GET. No request is made. */
  async downloadTicket(key: string, expiresSeconds = defaultDownloadSeconds): Promise<string> {
    const command = new GetObjectCommand(this.#address(key));
    return await this.#run("sign a download", () =>
      getSignedUrl(this.#client, command, { expiresIn: expiresSeconds }),
    );
  }

  /** The plain URL of an object under the public endpoint. */
  locationOf(key: string): string {
    return objectURL({
      endpoint: this.#options.publicEndpoint ?? this.#options.endpoint,
      bucket: this.bucket,
      key,
      ...(this.#options.pathStyle === undefined ? {} : { pathStyle: this.#options.pathStyle }),
    });
  }

  /**
   * Whether the server says that there is no such bucket. Needs the right to read objects only; without the right to list, S3
   * answers AccessDenied for an object that is missing.
   */
  async isBucketMissing(options: CallOptions = {}): Promise<boolean> {
    try {
      await this.#client.send(new GetObjectCommand(this.#address(missingKey)), abortable(options));
      return false;
    } catch (thrown) {
      if (nameOf(thrown) === "NoSuchBucket") return true;
      if (isNoSuchObject(thrown) || nameOf(thrown) === "AccessDenied") return false;
      throw this.#failure(thrown, "find the bucket");
    }
  }

  /** Creates the bucket unless it exists, which takes no right to create buckets. */
  async ensureBucket(options: CallOptions = {}): Promise<void> {
    try {
      await this.#client.send(this.#listOne(), abortable(options));
      return;
    } catch (thrown) {
      if (nameOf(thrown) !== "NoSuchBucket") throw this.#failure(thrown, "find the bucket");
    }
    try {
      await this.#client.send(new CreateBucketCommand({ Bucket: this.bucket }), abortable(options));
    } catch (thrown) {
      // Another process created it in the meantime.
      if (nameOf(thrown) === "BucketAlreadyOwnedByYou") return;
      throw this.#failure(thrown, "create the bucket");
    }
  }

  /** Replaces the bucket's policy by one that lets anyone read the objects whose keys have one of the prefixes, and the readers all. */
  async allowReads(
    { publicPrefixes, readers }: { publicPrefixes: readonly string[]; readers: readonly string[] },
    options: CallOptions = {},
  ): Promise<void> {
    const readable = (principal: unknown, prefixes: readonly string[]): object => ({
      Effect: "Allow",
      Principal: principal,
      Action: ["s3:GetObject"],
      Resource: prefixes.map((prefix) => `arn:aws:s3:::${this.bucket}/${prefix}*`),
    });
    const statements = [readable("*", publicPrefixes), readable({ AWS: readers }, [""])];
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const command = new PutBucketPolicyCommand({ Bucket: this.bucket, Policy: policy });
    await this.#run("set the bucket's policy", () =>
      this.#client.send(command, abortable(options)),
    );
  }

  /** Closes idle connections. */
  close(): void {
    this.#client.destroy();
  }

  #putInput(key: string, bytes: Uint8Array, { mediaType, metadata }: PutFacts) {
    return {
      ...this.#address(key),
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: mediaType,
      Metadata: metadata,
    };
  }

  #address(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: key };
  }

  /** The cheapest request whose answer, unlike that of a HEAD, says in its body what is wrong with the bucket. */
  #listOne(): ListObjectsV2Command {
    return new ListObjectsV2Command({ Bucket: this.bucket, MaxKeys: 1 });
  }

  async #requireBucket(options: CallOptions): Promise<void> {
    await this.#run("find the bucket", () =>
      this.#client.send(this.#listOne(), abortable(options)),
    );
  }

  #failure(thrown: unknown, operation: string): Failure {
    return toObjectsFailure(thrown, { operation, bucket: this.bucket });
  }

  async #run<T>(operation: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (thrown) {
      throw this.#failure(thrown, operation);
    }
  }
}

interface FactsAnswer {
  ContentLength?: number | undefined;
  ContentType?: string | undefined;
  Metadata?: Record<string, string> | undefined;
}

function factsOf(answer: FactsAnswer): ObjectFacts {
  return {
    sizeBytes: answer.ContentLength ?? 0,
    mediaType: answer.ContentType ?? "application/octet-stream",
    metadata: { ...answer.Metadata },
  };
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : "";
}

function abortable(options: CallOptions): { abortSignal?: AbortSignal } {
  return options.signal === undefined ? {} : { abortSignal: options.signal };
}
