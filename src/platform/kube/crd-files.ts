import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { projectDirectory } from "./project-directory.ts";

/** The committed CustomResourceDefinitions, one YAML text a kind. */
export async function readCRDTexts(): Promise<string[]> {
  const directory = join(projectDirectory, "crds");
  const names = (await readdir(directory))
    .filter((name) => name.endsWith(".yaml"))
    .toSorted((a, b) => a.localeCompare(b));
  return await Promise.all(names.map((name) => readFile(join(directory, name), "utf8")));
}

/** Writes them to standard output as one YAML stream, for `kubectl apply -f -`. Returns the exit code. */
export async function printCRDs(): Promise<number> {
  console.log((await readCRDTexts()).join("---\n"));
  return 0;
}
