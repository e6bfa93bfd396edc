import type { BlockingCategory } from "../../api/settings/blocking-lists.ts";

/** Of the folder of built lists. */
export const manifestFileName = "manifest.json";

/** The files of a category: a serialized engine with all rules, and the rules that need only a host. */
export function listFileNames(category: BlockingCategory): { engine: string; hosts: string } {
  return { engine: `${category}.engine`, hosts: `${category}.hosts.json` };
}
