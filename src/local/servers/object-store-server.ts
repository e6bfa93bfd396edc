import { createHash, createHmac } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

export interface ObjectStoreServerOptions {
  binary: string;
  /** Objects and log go here; private to the user. */
  directory: string;
  accessKeyID: string;
  secretAccessKey: string;
  bucket: string;
  /** Key prefixes that anyone may read without a key. */
  publicPrefixes: readonly string[];
  /** Default: any free one. */
  port?: number;
}

const region = "us-east-1";

/** A real S3 server over a folder. */
export class ObjectStoreServer {
  readonly endpoint: string;
  readonly region = region;
  readonly process: ServerProcess;
  readonly #options: ObjectStoreServerOptions;

  private constructor(endpoint: string, process: ServerProcess, options: ObjectStoreServerOptions) {
    this.endpoint = endpoint;
    this.process = process;
    this.#options = options;
  }

  /** Prepares folders; nothing is started yet. */
  static async create(options: ObjectStoreServerOptions): Promise<ObjectStoreServer> {
    const { directory } = options;
    const port = options.port ?? (await findFreePort());
    const endpoint = `http://127.0.0.1:${port}`;
    const objects = join(directory, "objects");
    const attributes = join(directory, "attributes");
    for (const path of [objects, attributes]) await mkdir(path, { recursive: true, mode: 0o700 });
    const process = new ServerProcess({
      name: "versitygw",
      command: options.binary,
      // Attributes beside the objects: not every file system keeps extended attributes (tmpfs on older kernels).
      arguments: [
        `--port=127.0.0.1:${port}`,
        `--region=${region}`,
        "--quiet",
        "posix",
        `--sidecar=${attributes}`,
        objects,
      ],
      environment: {
        PATH: "/usr/bin:/bin",
        HOME: directory,
        ROOT_ACCESS_KEY_ID: options.accessKeyID,
        ROOT_SECRET_ACCESS_KEY: options.secretAccessKey,
      },
      logFile: join(directory, "versitygw.log"),
      isReady: async (signal) => {
        const response = await fetch(endpoint, { signal });
        await response.arrayBuffer();
        return response.status < 500;
      },
    });
    return new ObjectStoreServer(endpoint, process, options);
  }

  /** Starts it and makes sure of the bucket and of who may read it. */
  async start(signal: AbortSignal): Promise<void> {
    await this.process.start(signal);
    try {
      await this.#makeBucket(signal);
      await this.#makeReadable(signal);
    } catch (thrown) {
      await this.process.stop();
      throw thrown;
    }
  }

  async #makeBucket(signal: AbortSignal): Promise<void> {
    const response = await this.#send("PUT", { query: "", body: "", signal });
    const answer = await response.text();
    if (!response.ok && !answer.includes("BucketAlreadyOwnedByYou"))
      throw new Error(`The S3 server refused to make the bucket: ${answer}`);
  }

  async #makeReadable(signal: AbortSignal): Promise<void> {
    const { bucket, publicPrefixes } = this.#options;
    if (publicPrefixes.length === 0) return;
    const policy = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: ["s3:GetObject"],
          Resource: publicPrefixes.map((prefix) => `arn:aws:s3:::${bucket}/${prefix}*`),
        },
      ],
    };
    const response = await this.#send("PUT", {
      query: "policy=",
      body: JSON.stringify(policy),
      signal,
    });
    if (!response.ok)
      throw new Error(`The S3 server refused the bucket policy: ${await response.text()}`);
  }

  /** One request to the bucket, signed with AWS Signature Version 4. */
  async #send(
    method: string,
    { query, body, signal }: { query: string; body: string; signal: AbortSignal },
  ): Promise<Response> {
    const path = `/${this.#options.bucket}`;
    const { host } = new URL(this.endpoint);
    const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
    const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
    const bodyDigest = sha256(body);
    const signed = "host;x-amz-content-sha256;x-amz-date";
    const canonical = [
      method,
      path,
      query,
      `host:${host}`,
      `x-amz-content-sha256:${bodyDigest}`,
      `x-amz-date:${time}`,
      "",
      signed,
      bodyDigest,
    ].join("\n");
    const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
    let key: Buffer = Buffer.from(`AWS4${this.#options.secretAccessKey}`);
    for (const part of scope.split("/")) key = hmac(key, part);
    return await fetch(`${this.endpoint}${path}${query === "" ? "" : `?${query}`}`, {
      method,
      signal,
      ...(body !== "" && { body }),
      headers: {
        "x-amz-content-sha256": bodyDigest,
        "x-amz-date": time,
        authorization: `AWS4-HMAC-SHA256 Credential=${this.#options.accessKeyID}/${scope}, SignedHeaders=${signed}, Signature=${hmac(key, text).toString("hex")}`,
      },
    });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
