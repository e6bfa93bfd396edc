import { annotations } from "../api/settings/keys.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { StatefulSet } from "../platform/kube/resources.ts";
import type { SecretsTask } from "./secrets.ts";

export interface RestartTask extends SecretsTask {
  statefulSets: ResourceClient<StatefulSet>;
}

/**
 * How long after a renewal nodes may still show the Secret as it was: the kubelet looks once a minute and a half at most,
 * at what it knew a moment before. Clients that have not seen the new authority would not talk to a NATS that uses it.
 */
export const settleSeconds = 120;

/**
 * Has NATS read a renewed certificate, which it does only when it starts: what differs in its pod template is replaced in a
 * rolling way. Does nothing where its pods have the certificate, and goes on where an earlier run was broken off.
 * @throws KubeError
 */
export async function restartNATS(task: RestartTask): Promise<void> {
  const { secrets, statefulSets, settings, clock, log, signal } = task;
  const { namespace, fullname } = settings;
  const secret = await secrets.get({ namespace, name: `${fullname}-nats-tls` }, { signal });
  const renewedAt = secret.metadata.annotations?.[annotations.renewedAt];
  if (renewedAt === undefined) return;
  const nats = { namespace, name: `${fullname}-nats` };
  // None before the first installation.
  const present = await statefulSets.find(nats, { signal });
  if (present === undefined || renewedAt === renewedAtOf(present)) return;
  const restartAt = Date.parse(renewedAt) + settleSeconds * 1000;
  const pauseMilliseconds = Math.min(restartAt - clock.now(), settleSeconds * 1000);
  if (pauseMilliseconds > 0) {
    log.info(
      { statefulSet: nats.name, seconds: Math.ceil(pauseMilliseconds / 1000) },
      "Waiting until all pods see the new authority, then NATS is restarted",
    );
    await clock.sleep(pauseMilliseconds, signal);
  }
  const template = { metadata: { annotations: { [annotations.renewedAt]: renewedAt } } };
  await statefulSets.mergePatch(nats, { spec: { template } }, { signal });
  log.info({ statefulSet: nats.name }, "Restarting NATS with its new certificate");
}

function renewedAtOf({ spec }: StatefulSet): string | undefined {
  return spec?.template?.metadata?.annotations?.[annotations.renewedAt];
}
