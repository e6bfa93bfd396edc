import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const directory = new URL("../../../crds/", import.meta.url);

/** The committed CustomResourceDefinitions, one YAML text a kind. */
export async function readCRDTexts(): Promise<string[]> {
  const names = (await readdir(fileURLToPath(directory)))
    .filter((name) => name.endsWith(".yaml"))
    .toSorted((a, b) => a.localeCompare(b));
  return await Promise.all(names.map((name) => readFile(new URL(name, directory), "utf8")));
}
