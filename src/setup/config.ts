import { readFileSync } from "node:fs";
import { parseSetupSettings, type SetupSettings } from "../api/settings/setup-settings.ts";
import { parseYAML } from "../platform/kube/yaml-text.ts";
import { readKubeconfigPath } from "../platform/process/shared-settings.ts";
import type { EnvReader } from "../platform/process/env.ts";

export interface SetupConfig {
  kubeconfigPath: string | undefined;
  /** Absent where only the CRDs are applied. */
  settings: SetupSettings | undefined;
}

/** Reads the settings of `stills setup`. @throws SettingsInvalid, naming each wrong variable and field. */
export function readSetupConfig(env: EnvReader, needsFile: boolean): SetupConfig {
  const config = {
    kubeconfigPath: readKubeconfigPath(env),
    settings: needsFile ? readSettingsFile(env) : undefined,
  };
  env.throwIfInvalid();
  return config;
}

function readSettingsFile(env: EnvReader): SetupSettings | undefined {
  const name = "STILLS_SETUP_FILE";
  const path = env.string("STILLS_SETUP_FILE", {
    text: "File (YAML) that says what `stills setup secrets` makes and `stills setup moved` removes; its fields are in `src/api/settings/setup-settings.ts`.",
    allowed: "the path of a YAML file that says what to set up",
  });
  if (path === "") return undefined;
  try {
    return parseSetupSettings(parseYAML(readFileSync(path, "utf8")));
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    env.refuse(name, `the path of a readable YAML file that says what to set up; ${problem}`);
    return undefined;
  }
}
