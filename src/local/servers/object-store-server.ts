import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { versitygwUsersText } from "../../core/storage/store-reader.ts";
import type { StoreKey } from "../../core/storage/store-reader.ts";
import { createObjectStore } from "../../platform/objects/object-store.ts";
import { findFreePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

interface ObjectStoreServerOptions {
  binary: string;
  /** Objects and log go here; private to the user. */
  directory: string;
  accessKeyID: string;
  secretAccessKey: string;
  bucket: string;
  /** The key of a user that may read all objects and change none. */
  reader: StoreKey;
  /** Default: any free one. */
  port?: number;
}

const region = "us-east-1";
/** Key prefixes of pictures, which anyone may read without a key. */
const publicPrefixes = ["artifacts/", "stored/"];

/** versitygw: an S3 server over a folder. */
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

  /** Creates the folders; the server is not started yet. */
  static async create(options: ObjectStoreServerOptions): Promise<ObjectStoreServer> {
    const { binary, directory, accessKeyID, secretAccessKey, reader } = options;
    const port = options.port ?? (await findFreePort());
    const endpoint = `http://127.0.0.1:${port}`;
    const objects = join(directory, "objects");
    const attributes = join(directory, "attributes");
    const users = join(directory, "users");
    for (const path of [objects, attributes, users])
      await mkdir(path, { recursive: true, mode: 0o700 });
    await writeFile(join(users, "users.json"), versitygwUsersText(reader), { mode: 0o600 });
    const process = new ServerProcess({
      name: "versitygw",
      command: binary,
      // Attributes beside the objects: not every file system keeps extended attributes (tmpfs on older kernels).
      arguments: [
        `--port=127.0.0.1:${port}`,
        `--region=${region}`,
        `--iam-dir=${users}`,
        "--quiet",
        "posix",
        `--sidecar=${attributes}`,
        objects,
      ],
      environment: {
        PATH: "/usr/bin:/bin",
        HOME: directory,
        ROOT_ACCESS_KEY_ID: accessKeyID,
        ROOT_SECRET_ACCESS_KEY: secretAccessKey,
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

  /** Starts it, and creates the bucket and its policy if they are missing. */
  async start(signal: AbortSignal): Promise<void> {
    await this.process.start(signal);
    const { bucket, accessKeyID, secretAccessKey, reader } = this.#options;
    const { endpoint } = this;
    const store = createObjectStore({ endpoint, region, bucket, accessKeyID, secretAccessKey });
    try {
      await store.ensureBucket({ signal });
      await store.allowReads({ publicPrefixes, readers: [reader.accessKeyID] }, { signal });
    } catch (thrown) {
      await this.process.stop();
      throw thrown;
    } finally {
      store.close();
    }
  }
}
