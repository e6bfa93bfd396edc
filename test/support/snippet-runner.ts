import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonSDKFolder } from "./python-sdk.ts";

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const timeout = 300_000;

const nodeDriver = `for (const file of process.argv.slice(1)) await import(file);`;
const pythonDriver = `
import runpy, sys
for file in sys.argv[1:]:
    runpy.run_path(file, run_name="__main__")
`;

/** Runs the texts that the playground offers, as someone who pastes them into an empty folder in which the SDKs are installed. */
export class SnippetRunner implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<SnippetRunner> {
    const folder = await mkdtemp(join(tmpdir(), "stills-test-snippets-"));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    return new SnippetRunner(folder);
  }

  /** A command for a shell. */
  async shell(text: string): Promise<void> {
    await run("/bin/sh", ["-c", text], { cwd: this.#folder, timeout });
  }

  /** Programs, one after the other. */
  async javaScript(texts: readonly string[]): Promise<void> {
    const files = await this.#write(texts, "mjs");
    const words = ["--input-type=module", "--eval", nodeDriver, "--", ...files];
    await run(process.execPath, words, { cwd: this.#folder, timeout });
  }

  /** Programs, one after the other. */
  async python(texts: readonly string[]): Promise<void> {
    const files = await this.#write(texts, "py");
    const env = { ...process.env, PYTHONPATH: await pythonSDKFolder() };
    await run("python3", ["-c", pythonDriver, ...files], { cwd: this.#folder, env, timeout });
  }

  /** The file that a text has written. */
  async file(name: string): Promise<Buffer> {
    return await readFile(join(this.#folder, name));
  }

  async removeFile(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(texts: readonly string[], extension: string): Promise<string[]> {
    const files = texts.map((_, index) => join(this.#folder, `text-${index}.${extension}`));
    await Promise.all(files.map((file, index) => writeFile(file, texts[index] ?? "")));
    return files;
  }
}
