import { randomBytes } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Texts that must not be found anywhere, in any encoding that a program might have written them in. */
export class PlantedSecrets {
  readonly #texts = new Map<string, Buffer[]>();

  /** A new unique text; its name is reported when it is found. */
  plant(name: string): string {
    const text = `${name}-${randomBytes(12).toString("hex")}`;
    this.#texts.set(name, formsOf(text));
    return text;
  }

  /** Names of the secrets that the text contains, each with its encoding. */
  foundIn(bytes: Buffer): string[] {
    return [...this.#texts].flatMap(([name, forms]) =>
      forms.flatMap((form) => (bytes.includes(form) ? [`${name} as ${form.toString()}`] : [])),
    );
  }

  /** `file: name as form`, of all files below a folder. */
  async foundBelow(folder: string): Promise<string[]> {
    const found: string[] = [];
    for (const path of await filesBelow(folder))
      found.push(...this.foundIn(await readFile(path)).map((what) => `${path}: ${what}`));
    return found;
  }

  /** Arguments and environment of every process of this machine except this one. */
  async foundInProcesses(): Promise<string[]> {
    const found: string[] = [];
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      if (Number(pid) === process.pid) continue;
      for (const file of ["cmdline", "environ"]) {
        // A process may have ended meanwhile.
        const bytes = await readFile(`/proc/${pid}/${file}`).catch(() => Buffer.alloc(0));
        found.push(...this.foundIn(bytes).map((what) => `/proc/${pid}/${file}: ${what}`));
      }
    }
    return found;
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const forms = new Set([text, encodeURIComponent(text), bytes.toString("hex")]);
  // Base64 of a text differs at each of three offsets, and its first and last characters depend on the neighbouring bytes.
  for (const offset of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const whole = padded.subarray(0, padded.length - (padded.length % 3));
    for (const encoding of ["base64", "base64url"] as const)
      forms.add(whole.toString(encoding).slice(offset === 0 ? 0 : 4));
  }
  return [...forms].map((form) => Buffer.from(form));
}
