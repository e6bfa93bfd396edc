import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { findBinary } from "../../src/local/servers/find-binary.ts";
import { findFreePort } from "../../src/local/servers/free-port.ts";
import { ServerProcess } from "../../src/local/servers/server-process.ts";
import type { IssuedCertificate } from "../../src/platform/certificates/certificate-authority.ts";

const run = promisify(execFile);
const { signal } = new AbortController();

export interface BucketKeys {
  accessKeyID: string;
  secretAccessKey: string;
}

interface BucketServerOptions {
  /** Where it listens. */
  address: string;
  certificate: IssuedCertificate;
  /** Buckets are below this name, too: `<bucket>.<domain>`. */
  domain: string;
  region?: string;
}

export interface ReadObject {
  bytes: Buffer;
  mediaType: string | undefined;
}

/**
 * An S3 service of a customer: versitygw over https, with keys of its own. Its users may do what a bucket's policy says, and nothing else.
 */
export class BucketServer implements AsyncDisposable {
  readonly port: number;
  readonly region: string;
  readonly #options: BucketServerOptions;
  readonly #folder: string;
  readonly #binary: string;
  readonly #root: BucketKeys;
  readonly #process: ServerProcess;
  readonly #client: S3Client;

  private constructor(parts: {
    options: BucketServerOptions;
    folder: string;
    binary: string;
    port: number;
  }) {
    const { options, folder, binary, port } = parts;
    this.port = port;
    this.region = options.region ?? "us-east-1";
    this.#options = options;
    this.#folder = folder;
    this.#binary = binary;
    this.#root = { accessKeyID: "root-of-the-customer", secretAccessKey: "root-secret-customer" };
    this.#process = this.#createProcess();
    this.#client = new S3Client({
      endpoint: this.endpoint,
      region: this.region,
      forcePathStyle: true,
      credentials: {
        accessKeyId: this.#root.accessKeyID,
        secretAccessKey: this.#root.secretAccessKey,
      },
      requestHandler: { httpsAgent: new Agent({ rejectUnauthorized: false }) },
    });
  }

  static async start(options: BucketServerOptions): Promise<BucketServer> {
    const folder = await mkdtemp(join(tmpdir(), "stills-test-bucket-"));
    const binary = await findBinary("versitygw", { report: (line) => console.error(line) });
    const server = new BucketServer({ options, folder, binary, port: await findFreePort() });
    for (const name of ["objects", "attributes", "users"])
      await mkdir(join(folder, name), { mode: 0o700 });
    await writeFile(join(folder, "cert.pem"), options.certificate.certificatePEM);
    await writeFile(join(folder, "key.pem"), options.certificate.privateKeyPEM);
    try {
      await server.#process.start(signal);
    } catch (thrown) {
      await rm(folder, { recursive: true, force: true });
      throw thrown;
    }
    return server;
  }

  /** Path style. */
  get endpoint(): string {
    return `https://${this.#options.address}:${this.port}`;
  }

  /** With the bucket in the host name. */
  endpointOf(bucket: string): string {
    return `https://${bucket}.${this.#options.domain}:${this.port}`;
  }

  /** A user with a key, who may do nothing yet. */
  async createUser({ accessKeyID, secretAccessKey }: BucketKeys): Promise<void> {
    const { accessKeyID: access, secretAccessKey: secret } = this.#root;
    await run(this.#binary, [
      ...["admin", "--access", access, "--secret", secret, "--region", this.region],
      ...["--endpoint-url", this.endpoint, "--allow-insecure", "create-user"],
      ...["--access", accessKeyID, "--secret", secretAccessKey, "--role", "user"],
    ]);
  }

  /** A bucket into which these users may put objects, and no more. */
  async createBucket(bucket: string, putters: readonly string[]): Promise<void> {
    await this.#client.send(new CreateBucketCommand({ Bucket: bucket }));
    const statement = {
      Effect: "Allow",
      Principal: { AWS: putters },
      Action: ["s3:PutObject"],
      Resource: [`arn:aws:s3:::${bucket}/*`],
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    if (putters.length > 0)
      await this.#client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy }));
  }

  /** As the service's owner; rejects if there is no such object. */
  async read(bucket: string, key: string): Promise<ReadObject> {
    const answer = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return {
      bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []),
      mediaType: answer.ContentType,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    await this.#process.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #createProcess(): ServerProcess {
    const at = (name: string): string => join(this.#folder, name);
    const { accessKeyID, secretAccessKey } = this.#root;
    return new ServerProcess({
      name: "versitygw of a customer",
      command: this.#binary,
      arguments: [
        `--port=${this.#options.address}:${this.port}`,
        `--region=${this.region}`,
        `--cert=${at("cert.pem")}`,
        `--key=${at("key.pem")}`,
        `--virtual-domain=${this.#options.domain}:${this.port}`,
        `--iam-dir=${at("users")}`,
        "--quiet",
        "posix",
        `--sidecar=${at("attributes")}`,
        at("objects"),
      ],
      environment: {
        PATH: "/usr/bin:/bin",
        HOME: this.#folder,
        ROOT_ACCESS_KEY_ID: accessKeyID,
        ROOT_SECRET_ACCESS_KEY: secretAccessKey,
      },
      logFile: at("versitygw.log"),
      isReady: async () => {
        const { stdout } = await run(this.#binary, [
          ...["admin", "--access", accessKeyID, "--secret", secretAccessKey],
          ...["--region", this.region, "--endpoint-url", this.endpoint, "--allow-insecure"],
          "list-users",
        ]);
        return stdout !== undefined;
      },
    });
  }
}
