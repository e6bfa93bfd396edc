import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Type from "typebox";
import { parserOf } from "../api/schema/parser.ts";
import { generateSealingKeys, publicKeyFileOf } from "../platform/sealing/sealing-keys.ts";
import { findFreePort, isFreePort } from "./servers/free-port.ts";
import { ProcessLock } from "./servers/process-lock.ts";

/**
 * STILLS_LOCAL_DIR, locked by the process that uses it. Data, keys and ports stay from one start to the next, so that pictures
 * keep their address. The temporary folder is removed with the process, or by the next start if the process was killed.
 */
export class DataDirectory implements AsyncDisposable {
  readonly path: string;
  /** TMPDIR of the child processes. It is in the system's temporary folder, since browsers run as another user. */
  readonly temporaryPath: string;
  readonly #lock: ProcessLock;

  private constructor(path: string, temporaryPath: string, lock: ProcessLock) {
    this.path = path;
    this.temporaryPath = temporaryPath;
    this.#lock = lock;
  }

  /** Throws a sentence when the folder cannot be written or another process uses it. */
  static async open(path: string): Promise<DataDirectory> {
    const lock = await lockOf(path);
    if (typeof lock === "number")
      throw new Error(
        `Stills runs already in ${path} (process ${lock}): stop it with Ctrl-C there, or set STILLS_LOCAL_DIR to another folder`,
      );
    for (const name of ["logs", "pictures", "secrets"])
      await mkdir(join(path, name), { recursive: true, mode: 0o700 });
    return new DataDirectory(path, await createTemporaryFolder(path), lock);
  }

  pathOf(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** The path of a file with a random secret, which stays the same at each start. */
  async secretFile(name: string): Promise<string> {
    const path = this.pathOf("secrets", name);
    await writeIfMissing(path, () => randomBytes(32).toString("hex"));
    return path;
  }

  /** The paths of a key pair that secrets are sealed with, which stays the same at each start. */
  async sealingKeyFiles(): Promise<{ privateKeyFile: string; publicKeyFile: string }> {
    const privateKeyFile = this.pathOf("secrets", "sealing-private-key.pem");
    const publicKeyFile = this.pathOf("secrets", "sealing-public-key.pem");
    await writeIfMissing(privateKeyFile, () => generateSealingKeys().privateKeyPEM);
    const publicKey = publicKeyFileOf(await readFile(privateKeyFile, "utf8"));
    await writeFile(publicKeyFile, publicKey, { mode: 0o600 });
    return { privateKeyFile, publicKeyFile };
  }

  /** The port that the server had at the last start if it is free, else another one. */
  async portFor(server: string): Promise<number> {
    const path = this.pathOf("ports.json");
    const ports = parsePorts(JSON.parse(await readFile(path, "utf8").catch(() => "{}")));
    const last = ports[server];
    const port = last !== undefined && (await isFreePort(last)) ? last : await findFreePort();
    await writeFile(path, `${JSON.stringify({ ...ports, [server]: port })}\n`, { mode: 0o600 });
    return port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.temporaryPath, { recursive: true, force: true, maxRetries: 5 });
    await rm(this.pathOf("temporary-folder"), { force: true });
    await this.#lock[Symbol.asyncDispose]();
  }
}

/** Of servers by name. */
const parsePorts = parserOf("ports.json", Type.Record(Type.String(), Type.Integer()));

async function writeIfMissing(path: string, content: () => string): Promise<void> {
  if (!existsSync(path)) await writeFile(path, content(), { mode: 0o600, flag: "wx" });
}

async function lockOf(path: string): Promise<ProcessLock | number> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return await ProcessLock.tryAcquire(join(path, "lock"));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    throw new Error(
      `Stills cannot write to ${path} (${code}): make it writable for this user, or set STILLS_LOCAL_DIR to another folder`,
      { cause: thrown },
    );
  }
}

async function createTemporaryFolder(path: string): Promise<string> {
  const note = join(path, "temporary-folder");
  const left = await readFile(note, "utf8").catch(() => "");
  if (/\/stills-local-\w+$/.test(left)) await rm(left, { recursive: true, force: true });
  const fresh = await mkdtemp(join(tmpdir(), "stills-local-"));
  // A browser under another user must be able to pass through.
  await chmod(fresh, 0o711);
  await writeFile(note, fresh, { mode: 0o600 });
  return fresh;
}
