import { setupFieldManager } from "../api/settings/kubernetes-names.ts";
import { readCRDTexts } from "../platform/kube/crd-files.ts";
import { installCRDs } from "../platform/kube/crd-installer.ts";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { isTransient } from "../platform/kube/kube-error.ts";
import { accounts, deployments, secrets, statefulSets } from "../platform/kube/resources.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import type { ProcessContext } from "../platform/process/process-context.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { SetupConfig } from "./config.ts";
import { copyAccounts } from "./copy-accounts.ts";
import { restartNATS, secretPropagationSeconds } from "./nats-restart.ts";
import { removeMovedAccounts } from "./remove-moved-accounts.ts";
import { createSecrets } from "./secrets.ts";

export const setupTasks = ["secrets", "crds", "moved"] as const;
type SetupTask = (typeof setupTasks)[number];

/** Less than the `activeDeadlineSeconds` of the Job. */
const limitSeconds = 180 + secretPropagationSeconds;
const pauseMilliseconds = 1_000;

/** Runs one task of an installation or upgrade, before the roles start. It may be repeated and interrupted at any point. */
export async function runSetup(
  task: SetupTask,
  config: SetupConfig,
  context: ProcessContext,
): Promise<void> {
  const transport = new KubeTransport(kubeCredentials(config.kubeconfigPath));
  let isDone = false;
  const work: Runnable = {
    name: `setup of ${task}`,
    startTimeoutSeconds: limitSeconds,
    start: async (signal) => {
      await retryWhileUnavailable(context, signal, () =>
        runTask(task, config, context, { transport, signal }),
      );
      isDone = true;
      context.lifecycle.stop("all done");
    },
    stop: async () => undefined,
  };
  await context.lifecycle.run([transport, work]);
  // Helm continues after a hook that succeeds.
  if (!isDone) throw new Error(`The setup of ${task} was interrupted; repeat it`);
}

async function runTask(
  task: SetupTask,
  { settings }: SetupConfig,
  { clock, log }: ProcessContext,
  { transport, signal }: { transport: KubeTransport; signal: AbortSignal },
): Promise<void> {
  if (task === "crds") {
    const names = await installCRDs(transport, await readCRDTexts(), {
      fieldManager: setupFieldManager,
      clock,
      signal,
      // Checking that they are served would require the right to list them.
      until: "Established",
      onNewer: (name, version) =>
        log.info({ crd: name, version }, "Kept a CustomResourceDefinition of a later version"),
    });
    log.info({ crds: names }, "Applied CustomResourceDefinitions");
  } else if (settings !== undefined) {
    const common = { secrets: secrets(transport), settings, clock, log, signal };
    const move = { ...common, accounts: accounts(transport) };
    if (task === "moved")
      return await removeMovedAccounts({ ...move, deployments: deployments(transport) });
    // Before keys are made, so that those of an earlier version go on.
    await copyAccounts(move);
    await createSecrets(common);
    if (settings.natsHosts.length > 0)
      await restartNATS({
        ...common,
        statefulSets: statefulSets(transport),
        deployments: deployments(transport),
      });
  }
}

/** Retries while the API server is unavailable, for example because the pod starts before its network. */
async function retryWhileUnavailable(
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
      log.warn({ err: thrown }, "API server not available, retrying");
      await clock.sleep(pauseMilliseconds, signal);
    }
  }
}
