import { readFile } from "node:fs/promises";
import { join } from "node:path";

interface Layout {
  limit: string;
  used: string;
  stat: string;
  /** Of the line with the file cache that the kernel gives up first. */
  inactiveFile: string;
}

/** Where a container sees its own cgroup, of version 2 and 1. */
const layouts: readonly Layout[] = [
  {
    limit: "memory.max",
    used: "memory.current",
    stat: "memory.stat",
    inactiveFile: "inactive_file",
  },
  {
    limit: "memory/memory.limit_in_bytes",
    used: "memory/memory.usage_in_bytes",
    stat: "memory/memory.stat",
    inactiveFile: "total_inactive_file",
  },
];

/** Version 1 says "no limit" with the largest number of pages. */
const noLimitBytes = 2 ** 60;

/** The memory of a container, from its cgroup: what the kernel goes by when it kills. */
export class MemoryCgroup {
  readonly limitBytes: number;
  readonly #folder: string;
  readonly #layout: Layout;

  private constructor(folder: string, layout: Layout, limitBytes: number) {
    this.#folder = folder;
    this.#layout = layout;
    this.limitBytes = limitBytes;
  }

  /** Undefined where there is no limit. @param folder another one than the kernel's, for tests */
  static async find(folder = "/sys/fs/cgroup"): Promise<MemoryCgroup | undefined> {
    for (const layout of layouts) {
      const text = await readFile(join(folder, layout.limit), "utf8").catch(() => "max");
      const limitBytes = Number(text.trim());
      if (limitBytes > 0 && limitBytes < noLimitBytes)
        return new MemoryCgroup(folder, layout, limitBytes);
    }
    return undefined;
  }

  /** What cannot be given up, in bytes: without files that were read once. @throws Error when it cannot be read */
  async usedBytes(): Promise<number> {
    const { used, stat, inactiveFile } = this.#layout;
    const [usedText, statText] = await Promise.all([
      readFile(join(this.#folder, used), "utf8"),
      readFile(join(this.#folder, stat), "utf8"),
    ]);
    const inactive = new RegExp(`^${inactiveFile} (\\d+)$`, "m").exec(statText)?.[1] ?? 0;
    return Math.max(0, Number(usedText) - Number(inactive));
  }
}
