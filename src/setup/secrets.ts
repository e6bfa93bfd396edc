import { annotations } from "../api/settings/keys.ts";
import {
  createServerCertificate,
  renewalCause,
} from "../platform/certificates/server-certificate.ts";
import type { ServerCertificate } from "../platform/certificates/server-certificate.ts";
import { isAlreadyExists } from "../platform/kube/kube-error.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { Secret } from "../platform/kube/resources.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { SetupSettings } from "./config.ts";
import { planSecrets } from "./planned-secrets.ts";

export interface SecretsTask {
  secrets: ResourceClient<Secret>;
  settings: SetupSettings;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}

const managedBy = { "app.kubernetes.io/managed-by": "stills-setup" };

/**
 * Makes the Secrets that are not there and leaves those alone that are: a second run, or an upgrade, changes nothing but a
 * certificate that is about to end. Needs no right to read any Secret but that one. @throws KubeError
 */
export async function makeSecrets(task: SecretsTask): Promise<void> {
  for (const { name, makeValues } of planSecrets(task.settings)) {
    const made = await createOnce(task, name, makeValues());
    task.log.info({ secretName: name }, made ? "Made Secret" : "Secret is there already");
  }
  if (task.settings.natsHosts.length > 0) await keepCertificate(task);
}

async function keepCertificate(task: SecretsTask): Promise<void> {
  const { secrets, settings, clock, log, signal } = task;
  const { namespace, natsHosts, certificateLifetimeDays: lifetimeDays } = settings;
  const name = `${settings.fullname}-nats-tls`;
  const nowMilliseconds = clock.now();
  const validity = { nowMilliseconds, lifetimeDays };
  const fresh = createServerCertificate(natsHosts, validity);
  if (await createOnce(task, name, valuesOf(fresh), "kubernetes.io/tls")) {
    log.info({ secretName: name, hosts: natsHosts }, "Made certificate of NATS");
    return;
  }
  const present = await secrets.get({ namespace, name }, { signal });
  const held = certificateIn(present);
  const cause = renewalCause(held, natsHosts, nowMilliseconds);
  if (cause === undefined) {
    log.info({ secretName: name }, "Secret is there already");
    return;
  }
  const renewed = createServerCertificate(natsHosts, validity, held.authorityPEM);
  const renewedAt = { [annotations.renewedAt]: new Date(nowMilliseconds).toISOString() };
  const metadata = {
    ...present.metadata,
    annotations: { ...present.metadata.annotations, ...renewedAt },
  };
  // Guarded by the resourceVersion that came with it: of two that renew at a time, one has to look again.
  await secrets.replace({ ...present, metadata, data: base64Of(valuesOf(renewed)) }, { signal });
  log.info({ secretName: name, cause, hosts: natsHosts }, "Renewed certificate of NATS");
}

/** Whether it was made; false where there is one of that name. */
async function createOnce(
  { secrets, settings, signal }: SecretsTask,
  name: string,
  values: Record<string, string>,
  type = "Opaque",
): Promise<boolean> {
  const { namespace, labels } = settings;
  const metadata = { namespace, name, labels: { ...labels, ...managedBy } };
  try {
    await secrets.create({ metadata, type, data: base64Of(values) }, { signal });
    return true;
  } catch (thrown) {
    if (isAlreadyExists(thrown)) return false;
    throw thrown;
  }
}

function valuesOf(certificate: ServerCertificate): Record<string, string> {
  return {
    "ca.crt": certificate.authorityPEM,
    "tls.crt": certificate.certificatePEM,
    "tls.key": certificate.privateKeyPEM,
  };
}

function certificateIn({ data = {} }: Secret): ServerCertificate {
  const text = (key: string): string => Buffer.from(data[key] ?? "", "base64").toString();
  return {
    authorityPEM: text("ca.crt"),
    certificatePEM: text("tls.crt"),
    privateKeyPEM: text("tls.key"),
  };
}

function base64Of(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );
}
