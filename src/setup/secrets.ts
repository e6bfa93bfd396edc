import { annotations } from "../api/settings/kubernetes-names.ts";
import {
  createServerCertificate,
  renewalCause,
} from "../platform/certificates/server-certificate.ts";
import type { ServerCertificate } from "../platform/certificates/server-certificate.ts";
import { isAlreadyExists } from "../platform/kube/kube-error.ts";
import type { ObjectName } from "../platform/kube/kube-object.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { Secret } from "../platform/kube/resources.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { SetupSettings } from "../api/settings/setup-settings.ts";
import { planSecrets } from "./planned-secrets.ts";

export interface SecretsDependencies {
  secrets: ResourceClient<Secret>;
  settings: SetupSettings;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}

const managedBy = { "app.kubernetes.io/managed-by": "stills-setup" };

/**
 * Creates the Secrets that do not exist. Existing ones are left unchanged, except that a certificate close to its end is renewed; that is
 * the only Secret that must be readable.
 * @throws KubeError
 */
export async function createSecrets(dependencies: SecretsDependencies): Promise<void> {
  const { settings, clock, log } = dependencies;
  let isUpgrade = false;
  for (const { namespace, name, generateValues } of planSecrets(settings)) {
    const values = generateValues({ isUpgrade, nowMilliseconds: clock.now() });
    const isNew = await createOnce(dependencies, { namespace, name }, values);
    isUpgrade ||= !isNew;
    log.info({ secretName: name }, isNew ? "Created Secret" : "Secret already exists");
  }
  if (settings.natsHosts.length > 0) await createOrRenewCertificate(dependencies);
}

async function createOrRenewCertificate(dependencies: SecretsDependencies): Promise<void> {
  const { secrets, settings, clock, log, signal } = dependencies;
  const { namespace, natsHosts, certificateLifetimeDays: lifetimeDays } = settings;
  const name = `${settings.fullname}-nats-tls`;
  const nowMilliseconds = clock.now();
  const validity = { nowMilliseconds, lifetimeDays };
  const fresh = createServerCertificate(natsHosts, validity);
  if (await createOnce(dependencies, { namespace, name }, valuesOf(fresh), "kubernetes.io/tls")) {
    log.info({ secretName: name, hosts: natsHosts }, "Created NATS certificate");
    return;
  }
  const present = await secrets.get({ namespace, name }, { signal });
  const held = certificateIn(present);
  const cause = renewalCause(held, natsHosts, nowMilliseconds);
  if (cause === undefined) {
    log.info({ secretName: name }, "Secret already exists");
    return;
  }
  const renewed = createServerCertificate(natsHosts, validity, held.authorityPEM);
  const renewedAt = { [annotations.renewedAt]: new Date(nowMilliseconds).toISOString() };
  const metadata = {
    ...present.metadata,
    annotations: { ...present.metadata.annotations, ...renewedAt },
  };
  // Carries the resourceVersion that was read, so that of two concurrent renewals one fails and is retried.
  await secrets.replace({ ...present, metadata, data: base64Of(valuesOf(renewed)) }, { signal });
  log.info({ secretName: name, cause, hosts: natsHosts }, "Renewed NATS certificate");
}

/** Returns whether the Secret is new; false if one of that name exists. */
async function createOnce(
  { secrets, settings, signal }: SecretsDependencies,
  name: ObjectName,
  values: Record<string, string>,
  type = "Opaque",
): Promise<boolean> {
  const metadata = { ...name, labels: { ...settings.labels, ...managedBy } };
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
