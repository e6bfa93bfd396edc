import type { ProcessContext } from "../../../../platform/process/process-context.ts";
import { Probes } from "../../../../platform/process/probes.ts";
import type { LauncherConfig } from "./config.ts";
import { Launcher } from "./launcher.ts";

/** Runs the launcher in the container of a worker's browser until the process is asked to stop. */
export async function runLauncher(config: LauncherConfig, context: ProcessContext): Promise<void> {
  const { clock, lifecycle, log } = context;
  const launcher = new Launcher({ config, clock, log });
  // After the launcher: the worker's container is started when the probe answers.
  await lifecycle.run([launcher, new Probes(config.probes, context, [])]);
}
