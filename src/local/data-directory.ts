import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSealingKeys, publicKeyFileOf } from "../platform/sealing/sealing-keys.ts";
import { findFreePort, isFreePort } from "./servers/free-port.ts";
import { ProcessLock } from "./servers/process-lock.ts";

/**
 * STILLS_LOCAL_DIR while one composition uses it. Data, keys and ports stay from one start to the next, so that old
 * pictures keep their address; the temporary folder goes with the process, or with the next start if that was killed.
 */
export class DataDirectory implements AsyncDisposable {
  readonly path: string;
  /** Of everything started here; below the system's own, since browsers run under another user. */
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
    await rm(join(path, "local.json"), { force: true });
    return new DataDirectory(path, await freshTemporaryFolder(path), lock);
  }

  in(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** The path of a file with a random secret, the same at every start. */
  async secretFile(name: string): Promise<string> {
    const path = this.in("secrets", name);
    try {
      await writeFile(path, randomBytes(32).toString("hex"), { mode: 0o600, flag: "wx" });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    }
    return path;
  }

  /** Paths of the two files of a key pair that secrets are sealed with, the same at every start. */
  async sealingKeyFiles(): Promise<{ privateKeyFile: string; publicKeyFile: string }> {
    const privateKeyFile = this.in("secrets", "sealing-private-key.pem");
    const publicKeyFile = this.in("secrets", "sealing-public-key.pem");
    const mode = 0o600;
    try {
      await writeFile(privateKeyFile, generateSealingKeys().privateKeyPEM, { mode, flag: "wx" });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
    }
    const publicKey = publicKeyFileOf(await readFile(privateKeyFile, "utf8"));
    await writeFile(publicKeyFile, publicKey, { mode });
    return { privateKeyFile, publicKeyFile };
  }

  /** The port a server had last time if that is still free, else another one. */
  async portFor(server: string): Promise<number> {
    const path = this.in("ports.json");
    const ports = JSON.parse(await readFile(path, "utf8").catch(() => "{}")) as Record<
      string,
      number
    >;
    const last = ports[server];
    const port = last !== undefined && (await isFreePort(last)) ? last : await findFreePort();
    await writeFile(path, `${JSON.stringify({ ...ports, [server]: port })}\n`, { mode: 0o600 });
    return port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.temporaryPath, { recursive: true, force: true, maxRetries: 5 });
    await rm(this.in("temporary-folder"), { force: true });
    await this.#lock[Symbol.asyncDispose]();
  }
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

async function freshTemporaryFolder(path: string): Promise<string> {
  const note = join(path, "temporary-folder");
  const left = await readFile(note, "utf8").catch(() => "");
  if (/\/stills-local-\w+$/.test(left)) await rm(left, { recursive: true, force: true });
  const fresh = await mkdtemp(join(tmpdir(), "stills-local-"));
  // A browser under another user must be able to pass through.
  await chmod(fresh, 0o711);
  await writeFile(note, fresh, { mode: 0o600 });
  return fresh;
}
