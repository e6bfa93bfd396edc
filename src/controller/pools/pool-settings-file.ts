import { readFileSync } from "node:fs";
import { SettingsFileInvalid } from "../../api/schema/settings-file.ts";
import { parseWorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import type { WorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import { parseYAML } from "../../platform/kube/yaml-text.ts";
import type { EnvReader } from "../../platform/process/env.ts";

const setting = "STILLS_WORKER_POD_FILE";

/** The settings of worker pods; undefined where the controller manages none. */
export function readWorkerPodSettings(env: EnvReader): WorkerPodSettings | undefined {
  if (!env.has("STILLS_WORKER_POD_FILE")) return undefined;
  const path = env.string("STILLS_WORKER_POD_FILE", {
    text: "YAML file with the settings of worker pods; without it, the controller manages no Deployments for BrowserPools.",
  });
  try {
    return parseWorkerPodSettings(parseYAML(readFileSync(path, "utf8")));
  } catch (thrown) {
    env.refuse(setting, problemOf(thrown));
    return undefined;
  }
}

function problemOf(thrown: unknown): string {
  if (thrown instanceof SettingsFileInvalid)
    return `a file whose settings are right, but ${thrown.message}`;
  if (!(thrown instanceof Error)) return `a file that can be read (${String(thrown)})`;
  // An error of the file system has a code like ENOENT.
  if ("code" in thrown && typeof thrown.code === "string" && thrown.code.startsWith("E"))
    return `the path of a file this process can read (${thrown.code})`;
  return `a file that holds YAML (${thrown.message})`;
}
