import { annotations } from "../api/settings/kubernetes-names.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { Deployment, StatefulSet } from "../platform/kube/resources.ts";
import type { SecretsDependencies } from "./secrets.ts";

interface RestartDependencies extends SecretsDependencies {
  statefulSets: ResourceClient<StatefulSet>;
  deployments: ResourceClient<Deployment>;
}

/**
 * How long after a renewal pods may still see the old Secret: the kubelet updates mounted Secrets at most every 90 seconds, from a cache.
 * Clients without the new authority would reject a NATS server that uses the new certificate.
 */
export const secretPropagationSeconds = 120;

/**
 * Restarts NATS after a renewal, since it reads its certificate only when it starts: an annotation of the pod template triggers a rolling
 * restart. Does nothing if the pods already use the certificate, and continues where an interrupted run stopped.
 * @throws KubeError
 */
export async function restartNATS(dependencies: RestartDependencies): Promise<void> {
  const { secrets, statefulSets, deployments, settings, clock, log, signal } = dependencies;
  const { namespace, fullname } = settings;
  const secret = await secrets.get({ namespace, name: `${fullname}-nats-tls` }, { signal });
  const renewedAt = secret.metadata.annotations?.[annotations.renewedAt];
  if (renewedAt === undefined) return;
  const nats = { namespace, name: `${fullname}-nats` };
  // A single server without a volume is a Deployment. Neither exists before the first installation.
  const statefulSet = await statefulSets.find(nats, { signal });
  const present = statefulSet ?? (await deployments.find(nats, { signal }));
  if (present === undefined || renewedAt === renewedAtOf(present)) return;
  const restartAt = Date.parse(renewedAt) + secretPropagationSeconds * 1000;
  const pauseMilliseconds = Math.min(restartAt - clock.now(), secretPropagationSeconds * 1000);
  if (pauseMilliseconds > 0) {
    log.info(
      { workload: nats.name, seconds: Math.ceil(pauseMilliseconds / 1000) },
      "Waiting for pods to see the new certificate authority before restarting NATS",
    );
    await clock.sleep(pauseMilliseconds, signal);
  }
  const template = { metadata: { annotations: { [annotations.renewedAt]: renewedAt } } };
  const workloads = statefulSet === undefined ? deployments : statefulSets;
  await workloads.mergePatch(nats, { spec: { template } }, { signal });
  log.info({ workload: nats.name }, "Restarting NATS with its new certificate");
}

function renewedAtOf({ spec }: Pick<StatefulSet, "spec">): string | undefined {
  return spec?.template?.metadata?.annotations?.[annotations.renewedAt];
}
