import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HTTPApp } from "../../../platform/http/http-app.ts";
import { assetFolder } from "./page-layout.ts";
import { registerStaticFile } from "./static-file.ts";

const folder = join(import.meta.dirname, "..", "browser");

/** Style sheet and mark of all pages. */
const pageAssets = ["style.css", "mark.svg"];

/** Modules of the playground; `playground.js` imports the others. */
const playgroundAssets = [
  ...["playground.js", "call-form.js", "option-search.js", "call-runner.js", "result-view.js"],
  ...["problem-view.js", "snippet-view.js", "snippets.js", "elements.js"],
];

const mediaTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Serves what pages load, as it stands in `docs/browser/`. */
export function registerAssets(app: HTTPApp, { playground }: { playground: boolean }): void {
  for (const name of [...pageAssets, ...(playground ? playgroundAssets : [])])
    registerStaticFile(app, `${assetFolder}/${name}`, {
      mediaType: mediaTypes[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      body: readFileSync(join(folder, name), "utf8"),
    });
}
