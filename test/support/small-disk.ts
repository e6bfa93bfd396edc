import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const fillerName = "filler";
const chunk = Buffer.alloc(64 * 1024, "x");

/**
 * A file system of a few mebibytes for one server, which a test can fill up. It is mounted in a mount namespace of its own, as
 * root or as an ordinary user, so nothing is left behind when the process that holds the namespace ends.
 */
export class SmallDisk implements AsyncDisposable {
  readonly #holder: ChildProcess;
  readonly #folder: string;

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder;
    this.#folder = folder;
  }

  /** Mounts it over an existing folder. Throws with what `mount` says when there can be none here. */
  static async mount(folder: string, { mebibytes }: { mebibytes: number }): Promise<SmallDisk> {
    const script = `mount -t tmpfs -o size=${mebibytes}m,mode=0700 tmpfs "$1" && echo mounted && exec sleep infinity`;
    const holder = spawn("unshare", [...userFlags(), "--mount", "sh", "-c", script, "sh", folder]);
    let complaint = "";
    holder.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    await Promise.race([
      once(holder.stdout, "data"),
      once(holder, "exit").then(() => {
        throw new Error(`No small disk can be mounted here: ${complaint}`);
      }),
    ]);
    return new SmallDisk(holder, folder);
  }

  /** Writes a script that runs the program where the disk is mounted, and returns the script's path. */
  async wrap(program: string, script: string): Promise<string> {
    const user = isRoot() ? "" : "--user --preserve-credentials ";
    const text = `#!/bin/sh\nexec nsenter --target ${this.#holder.pid} ${user}--mount -- '${program}' "$@"\n`;
    await writeFile(script, text);
    await chmod(script, 0o755);
    return script;
  }

  /** Writes until there is no byte left. */
  async fill(): Promise<void> {
    const file = await open(this.#filler, "a");
    try {
      for (let size = chunk.byteLength; size > 0;)
        await file.write(chunk, 0, size).catch((thrown: NodeJS.ErrnoException) => {
          if (thrown.code !== "ENOSPC") throw thrown;
          size = Math.floor(size / 2);
        });
    } finally {
      await file.close();
    }
  }

  /** Gives back what `fill` took. */
  async free(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  /** The folder as it is seen inside the namespace. */
  get #filler(): string {
    return join(`/proc/${this.#holder.pid}/root`, this.#folder, fillerName);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const ended = once(this.#holder, "exit");
    this.#holder.kill("SIGKILL");
    await ended;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function userFlags(): string[] {
  return isRoot() ? [] : ["--user", "--map-root-user"];
}
