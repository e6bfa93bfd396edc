import { existsSync } from "node:fs";
import { EnvReader, SettingsInvalid } from "./platform/process/env.ts";
import { createProcessContext } from "./platform/process/process-context.ts";
import type { ProcessContext } from "./platform/process/process-context.ts";

type Command = (env: EnvReader, words: readonly string[]) => Promise<number>;

/** What a word on the command line starts. Code is loaded on demand, because an image has only the code that it runs. */
const commands: Readonly<Record<string, Command>> = {
  controller: async (env) => {
    const { readControllerConfig } = await import("./controller/config.ts");
    const { runController } = await import("./controller/run.ts");
    return await runRole("controller", env, readControllerConfig, runController);
  },
  gateway: async (env) => {
    const { readGatewayConfig } = await import("./gateway/config.ts");
    const { runGateway } = await import("./gateway/run.ts");
    return await runRole("gateway", env, readGatewayConfig, runGateway);
  },
  worker: async (env, [word]) => {
    if (word === "browser") {
      const { readLauncherConfig } = await import("./worker/browser/container/launcher/config.ts");
      const { runLauncher } = await import("./worker/browser/container/launcher/run.ts");
      return await runRole("browser", env, readLauncherConfig, runLauncher);
    }
    if (word !== undefined) {
      console.error("Usage: stills worker [browser]");
      return 2;
    }
    const { readWorkerConfig } = await import("./worker/config.ts");
    const { runWorker } = await import("./worker/run.ts");
    return await runRole("worker", env, readWorkerConfig, runWorker);
  },
  egress: async (env) => {
    const { readEgressConfig } = await import("./egress/config.ts");
    const { runEgress } = await import("./egress/run.ts");
    return await runRole("egress", env, readEgressConfig, runEgress);
  },
  local: async (env, words) => {
    const { runLocal } = await import("./local/run.ts");
    return await runLocal(env, words);
  },
  setup: async (env, [word]) => {
    const { readSetupConfig } = await import("./setup/config.ts");
    const { runSetup, setupTasks } = await import("./setup/run.ts");
    const task = setupTasks.find((name) => name === word);
    if (task === undefined) {
      console.error(`Usage: stills setup ${setupTasks.join(" | ")}`);
      return 2;
    }
    const readConfig = (reader: EnvReader) => readSetupConfig(reader, task !== "crds");
    return await runRole("setup", env, readConfig, (config, context) =>
      runSetup(task, config, context),
    );
  },
  crds: async () => {
    const { readCRDTexts } = await import("./platform/kube/crd-files.ts");
    console.log((await readCRDTexts()).join("---\n"));
    return 0;
  },
};

async function runRole<Config>(
  component: string,
  env: EnvReader,
  readConfig: (env: EnvReader) => Config,
  run: (config: Config, context: ProcessContext) => Promise<void>,
): Promise<number> {
  const context = createProcessContext(component, env);
  const config = readConfig(env);
  try {
    await run(config, context);
    return 0;
  } catch (thrown) {
    context.log.error({ err: thrown }, "Stopped on a failure");
    return 1;
  }
}

/** Images leave out what they do not run: `local`, and the worker or else all other roles. */
function isIncluded(name: string): boolean {
  const source = name === "crds" ? "../crds/" : `./${name}/`;
  return existsSync(new URL(source, import.meta.url));
}

const [word = "", ...words] = process.argv.slice(2);
const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
const included = Object.keys(commands).filter(isIncluded).join(" | ");
try {
  if (command === undefined) {
    console.error(`Usage: stills ${included}`);
    process.exitCode = 2;
  } else if (!isIncluded(word)) {
    console.error(`This image does not include "${word}"; it includes ${included}`);
    process.exitCode = 2;
  } else process.exitCode = await command(new EnvReader(), words);
} catch (thrown) {
  console.error(thrown instanceof SettingsInvalid ? thrown.message : thrown);
  process.exitCode = 1;
}
// What a role left open must not keep its process alive.
setTimeout(() => process.exit(), 3000).unref();
