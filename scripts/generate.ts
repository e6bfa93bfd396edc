import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { kinds } from "../src/api/kinds/kinds.ts";
import { chartFiles } from "./generate/chart-files.ts";
import { chartValuesText } from "./generate/chart-values/chart-values-table.ts";
import { withPoolSchema } from "./generate/chart-values-schema.ts";
import { captureSpecText } from "./generate/capture-spec.ts";
import { crdFileName, crdText } from "./generate/crd.ts";
import { devicesText } from "./generate/devices.ts";
import { referenceText } from "./generate/reference.ts";
import { seccompProfileText } from "./generate/seccomp-profile.ts";
import { withSettings } from "./generate/settings-table.ts";

/*
 * Writes every file that is made from sources in src, and the table of settings in src/README.md. With --check it writes
 * nothing, names the files that are not what they would be, and fails.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function generate(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const kind of kinds) files.set(`crds/${crdFileName(kind)}`, crdText(kind));
  for (const [path, text] of await chartFiles()) files.set(path, text);
  const valuesSchema = "charts/stills/values.schema.json";
  const schemaText = await withPoolSchema(await readFile(join(root, valuesSchema), "utf8"));
  files.set(valuesSchema, schemaText);
  const valuesText = await readFile(join(root, "charts/stills/values.yaml"), "utf8");
  const templates = await chartTemplates();
  files.set("deploy/values.md", await chartValuesText(valuesText, schemaText, templates));
  files.set("crds/README.md", await referenceText(root));
  files.set("deploy/seccomp/worker.json", await seccompProfileText());
  files.set("src/api/options/devices.generated.ts", await devicesText());
  files.set("src/api/options/capture-spec.generated.ts", await captureSpecText());
  files.set(
    "src/README.md",
    await withSettings(await readFile(join(root, "src/README.md"), "utf8")),
  );
  return files;
}

async function chartTemplates(): Promise<string[]> {
  const folder = join(root, "charts/stills/templates");
  const names = (await readdir(folder)).filter((name) => /\.(yaml|tpl)$/.test(name)).toSorted();
  return await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}

async function isStale(path: string, text: string): Promise<boolean> {
  try {
    return (await readFile(join(root, path), "utf8")) !== text;
  } catch {
    return true;
  }
}

const files = await generate();
const stale: string[] = [];
for (const [path, text] of files) if (await isStale(path, text)) stale.push(path);

if (process.argv.includes("--check")) {
  for (const path of stale)
    console.error(`${path} is not what its sources say: run 'npm run generate'`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), files.get(path) ?? "");
    console.log(`wrote ${path}`);
  }
}
