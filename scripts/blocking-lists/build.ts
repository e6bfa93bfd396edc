import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ENGINE_VERSION, FiltersEngine } from "@ghostery/adblocker";
import { blockingCategories, blockingListsPackage } from "../../src/api/settings/blocking-lists.ts";
import type { BlockingCategory } from "../../src/api/settings/blocking-lists.ts";
import { manifestFileName, listFileNames } from "../../src/worker/blocking/list-files.ts";
import { ownFilters } from "../../src/worker/blocking/own-filters.ts";
import { fetchPackage } from "../fetch-package.ts";
import { hostRulesOf } from "./host-rules.ts";
import { listNumbers, parseRuleSet } from "./list-sources.ts";
import type { RuleList } from "./list-sources.ts";
import { sourcesText } from "./sources-text.ts";

/** Whether the folder has the lists that this version of the code makes. */
export async function listsAreBuilt(folder: string): Promise<boolean> {
  try {
    const manifest = await readFile(join(folder, manifestFileName), "utf8");
    return manifest === manifestText();
  } catch {
    return false;
  }
}

/** Makes the folder anew: for each category the rules by host and the engine for the rest; and where they come from. */
export async function buildBlockingLists(folder: string): Promise<void> {
  const parent = dirname(join(folder, "."));
  const temporary = await mkdtemp(join(parent, ".blocking-lists-"));
  try {
    const source = await fetchPackage(blockingListsPackage, temporary);
    const made = join(temporary, "made");
    await mkdir(made);
    const lists: RuleList[] = [];
    for (const category of blockingCategories)
      lists.push(...(await buildCategory(category, source, made)));
    await writeFile(join(made, "SOURCES.md"), sourcesText(lists));
    await writeFile(
      join(made, "LICENSE.GPL-3.0.txt"),
      await readFile(join(source, "LICENSE"), "utf8"),
    );
    await writeFile(join(made, manifestFileName), manifestText());
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder.replace(/\/$/, ""));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function buildCategory(
  category: BlockingCategory,
  source: string,
  target: string,
): Promise<RuleList[]> {
  const lists = await Promise.all(
    listNumbers[category].map(async (number) => {
      const name = `ruleset_${number}`;
      const path = join(source, "dist", "filters", "declarative", name, `${name}.json`);
      return parseRuleSet(await readFile(path, "utf8"), number);
    }),
  );
  const text = [...lists.map((list) => list.text), ...ownFilters[category]].join("\n");
  const engine = FiltersEngine.parse(text, { loadExtendedSelectors: false });
  const names = listFileNames(category);
  await writeFile(join(target, names.engine), engine.serialize());
  await writeFile(join(target, names.hosts), JSON.stringify(hostRulesOf(text)));
  return lists;
}

/** What the built files depend on. */
function manifestText(): string {
  const own = createHash("sha256").update(JSON.stringify(ownFilters)).digest("hex");
  const { name, version } = blockingListsPackage;
  return `${JSON.stringify({ name, version, engineVersion: ENGINE_VERSION, own, form: 1 })}\n`;
}
