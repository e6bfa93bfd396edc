import type { EnvReader } from "../../../../platform/process/env.ts";
import { readProbesConfig } from "../../../../platform/process/probes.ts";
import type { ProbesConfig } from "../../../../platform/process/probes.ts";
import { readLaunchConfig, readSocketsFolder } from "../../config.ts";
import type { LaunchConfig } from "../../config.ts";

export interface LauncherConfig {
  socketsFolder: string;
  launch: LaunchConfig;
  /** Of all browsers together; undefined: the limit of the container. */
  memoryLimitMebibytes: number | undefined;
  probes: ProbesConfig;
}

/** Reads the STILLS_ variables of the launcher in the container of a browser. @throws SettingsInvalid naming each wrong one. */
export function readLauncherConfig(env: EnvReader): LauncherConfig {
  const config: LauncherConfig = {
    socketsFolder: readSocketsFolder(env),
    launch: readLaunchConfig(env),
    memoryLimitMebibytes: env.has("STILLS_BROWSER_MEMORY_MEBIBYTES")
      ? env.integer("STILLS_BROWSER_MEMORY_MEBIBYTES", {
          text: "Memory that the browsers of `stills worker browser` may have together, where no container limits it.",
          defaultText: "the limit of the container, else 5120",
          min: 256,
          max: 1_048_576,
        })
      : undefined,
    probes: readProbesConfig(env),
  };
  env.throwIfInvalid();
  return config;
}
