import { setupFieldManager } from "../api/settings/keys.ts";
import { readCRDTexts } from "../platform/kube/crd-files.ts";
import { installCRDs } from "../platform/kube/crd-installer.ts";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { isTransient } from "../platform/kube/kube-error.ts";
import { secrets, statefulSets } from "../platform/kube/resources.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { SetupConfig } from "./config.ts";
import { restartNATS, settleSeconds } from "./nats-restart.ts";
import { makeSecrets } from "./secrets.ts";

export const setupTasks = ["secrets", "crds"] as const;
export type SetupTask = (typeof setupTasks)[number];

/** Less than the `activeDeadlineSeconds` of the Job. */
const limitSeconds = 180 + settleSeconds;
const pauseMilliseconds = 1_000;

/** What an installation or an upgrade does once, before the roles start. Safe to repeat and to break off at any point. */
export async function runSetup(
  task: SetupTask,
  config: SetupConfig,
  host: ProcessContext,
): Promise<void> {
  const transport = new KubeTransport(kubeCredentials(config.kubeconfigPath));
  let isDone = false;
  const work: Runnable = {
    name: `setup of ${task}`,
    startTimeoutSeconds: limitSeconds,
    start: async (signal) => {
      await untilAnswered(host, signal, () => carryOut(task, config, host, { transport, signal }));
      isDone = true;
      host.lifecycle.stop("all done");
    },
    stop: async () => undefined,
  };
  await host.lifecycle.run([transport, work]);
  // Helm goes on after a hook that says it went well.
  if (!isDone) throw new Error(`The setup of ${task} was stopped before it was done; repeat it`);
}

async function carryOut(
  task: SetupTask,
  { settings }: SetupConfig,
  { clock, log }: ProcessContext,
  { transport, signal }: { transport: KubeTransport; signal: AbortSignal },
): Promise<void> {
  if (task === "crds") {
    const options = { fieldManager: setupFieldManager, clock, signal };
    const names = await installCRDs(transport, await readCRDTexts(), {
      ...options,
      // To look whether they are served would take the right to list them.
      until: "Established",
    });
    log.info({ crds: names }, "Applied CustomResourceDefinitions");
  } else if (settings !== undefined) {
    const task = { secrets: secrets(transport), settings, clock, log, signal };
    await makeSecrets(task);
    if (settings.natsHosts.length > 0)
      await restartNATS({ ...task, statefulSets: statefulSets(transport) });
  }
}

/** A pod may start before its network does. */
async function untilAnswered(
  { clock, log }: ProcessContext,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (thrown) {
      if (!isTransient(thrown)) throw thrown;
      log.warn({ err: thrown }, "The API server does not answer; trying again");
      await clock.sleep(pauseMilliseconds, signal);
    }
  }
}
