import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FiltersEngine } from "@ghostery/adblocker";
import type { BlockingCategory } from "../../api/settings/blocking-lists.ts";
import { HostMatcher } from "./host-rules.ts";
import type { HostRules } from "./host-rules.ts";
import { listFileNames } from "./list-files.ts";

/** The lists of one category, ready to be asked. */
export interface CategoryRules {
  engine: FiltersEngine;
  hosts: HostMatcher;
}

/** Beside package.json, in an image as in a checkout. */
export const builtListsFolder = fileURLToPath(new URL("../../../blocking-lists/", import.meta.url));

/** The lists that were built with the image. Each category is read when a capture first wants it, and kept. */
export class BlockingLists {
  readonly #folder: string;
  readonly #rules = new Map<BlockingCategory, Promise<CategoryRules>>();

  constructor(folder: string = builtListsFolder) {
    this.#folder = folder;
  }

  /** @throws when the category is not there, or was built for another version of the library */
  async rulesOf(category: BlockingCategory): Promise<CategoryRules> {
    let rules = this.#rules.get(category);
    if (rules === undefined) {
      rules = this.#read(category);
      this.#rules.set(category, rules);
      rules.catch(() => this.#rules.delete(category));
    }
    return await rules;
  }

  async #read(category: BlockingCategory): Promise<CategoryRules> {
    const names = listFileNames(category);
    const [bytes, hostsText] = await Promise.all([
      readFile(join(this.#folder, names.engine)),
      readFile(join(this.#folder, names.hosts), "utf8"),
    ]);
    // The library keeps views of the bytes: they must not be part of a buffer that is used for something else.
    const engine = FiltersEngine.deserialize(new Uint8Array(bytes));
    return { engine, hosts: new HostMatcher(JSON.parse(hostsText) as HostRules) };
  }
}
