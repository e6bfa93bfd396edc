import type { WorkerPodSettings } from "../api/settings/worker-pod-settings.ts";
import type { JobProofSettings } from "../core/tokens/job-proof.ts";
import { natsUser } from "../api/rights/nats-permissions.ts";
import { readCalloutKey, wantedCalloutKey } from "../platform/nats/callout-key.ts";
import type { CalloutKey } from "../platform/nats/callout-key.ts";
import { readNatsSettings } from "../platform/nats/nats-settings.ts";
import type { NatsSettings } from "../platform/nats/nats-settings.ts";
import { readObjectStoreSettings } from "../platform/objects/object-store-settings.ts";
import type { ObjectStoreSettings } from "../platform/objects/object-store-settings.ts";
import type { EnvReader } from "../platform/process/env.ts";
import { sealingKeyProblem } from "../platform/sealing/sealing-keys.ts";
import {
  readAccountsNamespace,
  readClassName,
  readJobProofSettings,
  readKubeconfigPath,
  readLinkKey,
  readOperatorNamespace,
  readProxyKey,
  readPublicURL,
  readStorageAllowsHTTP,
} from "../platform/process/shared-settings.ts";
import { readProbesConfig } from "../platform/process/probes.ts";
import type { ProbesConfig } from "../platform/process/probes.ts";
import { readWorkerPodSettings } from "./pools/pool-settings-file.ts";

export interface ControllerConfig {
  probes: ProbesConfig;
  /** Path of a kubeconfig; without it the places that kubectl looks at or, in a pod, the service account. */
  kubeconfigPath: string | undefined;
  operatorNamespace: string;
  accountsNamespace: string;
  /** Only jobs with this `spec.className` are the installation's. */
  className: string;
  nats: NatsSettings;
  store: StoreConfig;
  attemptKey: string;
  proxyKey: string;
  /** Whether buckets of users may be reached without TLS. */
  storageAllowsHTTP: boolean;
  jobProof: JobProofSettings;
  /** PEM of one or more private keys; without it, jobs with sealed fields fail. */
  sealingPrivateKeys?: string | undefined;
  webhooks: WebhookConfig;
  /** How many servers of a NATS cluster keep each stream. */
  streamReplicas: number;
  /** Labels of the pods of NATS in the operator's namespace; without them, none is deleted when its node is dead. */
  natsPodSelector?: string | undefined;
  /** Above so many jobs, finished ones included, gateways take no more. */
  maxLiveJobs: number;
  /** Where egress proxies read which public addresses the cluster itself has; without it nobody tells them. */
  clusterRanges?: { configMapName: string; fromPods: boolean } | undefined;
  /** How the pods of pools look; without it the controller keeps no Deployments. */
  workerPods?: WorkerPodSettings | undefined;
  /** Signs who may connect to NATS as a worker; without it workers have passwords. */
  calloutKey?: CalloutKey | undefined;
}

export interface WebhookConfig {
  /** Where callers reach the gateways, without a slash at its end: for links in bodies. */
  publicURL: string;
  /** Signs `screenshot_url`; all gateways and controllers share it. */
  linkKey: string;
  /** How long after its first try a webhook is retried; at most until a day after the end of its job. */
  horizonSeconds: number;
}

interface StoreConfig extends ObjectStoreSettings {
  publicEndpoint: string;
}

export function readControllerConfig(env: EnvReader): ControllerConfig {
  const config = {
    probes: readProbesConfig(env),
    kubeconfigPath: readKubeconfigPath(env),
    operatorNamespace: readOperatorNamespace(env),
    accountsNamespace: readAccountsNamespace(env),
    className: readClassName(env),
    nats: readNatsSettings(env, natsUser("controller")),
    store: readStoreConfig(env),
    attemptKey: env.secretFile("STILLS_ATTEMPT_KEY_FILE", {
      text: "Key that signs attempts; every replica has the same.",
      minLength: 32,
    }),
    proxyKey: readProxyKey(env),
    storageAllowsHTTP: readStorageAllowsHTTP(env),
    jobProof: readJobProofSettings(env),
    sealingPrivateKeys: readSealingKey(env),
    webhooks: readWebhookConfig(env),
    // Five is what JetStream takes at most; an even number survives no more losses than one less.
    streamReplicas: env.integer("STILLS_NATS_STREAM_REPLICAS", {
      text: "How many servers of a NATS cluster keep each stream; existing streams are updated.",
      default: 1,
      min: 1,
      max: 5,
    }),
    natsPodSelector: readNatsPodSelector(env),
    maxLiveJobs: env.integer("STILLS_MAX_LIVE_JOBS", {
      text: "How many jobs of the class may exist, finished ones included; `/take` then answers 503 to namespaces that have their share. Above four fifths, finished jobs of those are deleted early.",
      default: 20_000,
      min: 1,
      max: 1_000_000,
    }),
    clusterRanges: readClusterRanges(env),
    workerPods: readWorkerPodSettings(env),
    calloutKey: readCallout(env),
  };
  const problem = calloutProblem(config);
  if (problem !== undefined) env.refuse(calloutSetting, problem);
  env.throwIfInvalid();
  return config;
}

function readNatsPodSelector(env: EnvReader): string | undefined {
  if (!env.has("STILLS_NATS_POD_SELECTOR")) return undefined;
  return env.string("STILLS_NATS_POD_SELECTOR", {
    text: "Labels of the pods of the NATS server in the operator's namespace: one whose node is dead is deleted, so that another one is made.",
    defaultText: "none is deleted",
    pattern: /^[\w./-]+=[\w.-]+(,[\w./-]+=[\w.-]+)*$/,
    allowed: "labels such as `app=nats,release=stills`",
  });
}

const calloutSetting = "STILLS_NATS_CALLOUT_KEY_FILE";

function readCallout(env: EnvReader): CalloutKey | undefined {
  if (!env.has(calloutSetting)) return undefined;
  const pem = env.secretFile("STILLS_NATS_CALLOUT_KEY_FILE", {
    text: "File with the Ed25519 private key (PEM) that tells a NATS server of ours who its workers are; its public key is the `issuer` of the server's `auth_callout`. Without it, workers have passwords.",
  });
  const key = readCalloutKey(pem);
  if (key === undefined) env.refuse(calloutSetting, wantedCalloutKey);
  return key;
}

/** Workers need something to show NATS: a password, or a token that somebody vouches for. */
function calloutProblem({
  calloutKey,
  workerPods,
}: Pick<ControllerConfig, "calloutKey" | "workerPods">): string | undefined {
  if (workerPods === undefined)
    return calloutKey && "left out where STILLS_WORKER_POD_FILE is: it is for pods of pools";
  const needsKey = workerPods.natsPasswordSecretPrefix === undefined;
  return needsKey && calloutKey === undefined
    ? "a file where that of STILLS_WORKER_POD_FILE has no natsPasswordSecretPrefix: workers would have no way into NATS"
    : undefined;
}

function readWebhookConfig(env: EnvReader): WebhookConfig {
  return {
    publicURL: readPublicURL(env, "http://localhost:8080"),
    linkKey: readLinkKey(env),
    // A finished job waits at most a day for its webhook before its time to live begins.
    horizonSeconds: env.integer("STILLS_WEBHOOK_HORIZON_SECONDS", {
      text: "How long after its first try a webhook is retried; at most until a day after the end of its job.",
      default: 14_400,
      min: 60,
      max: 82_800,
    }),
  };
}

function readClusterRanges(env: EnvReader): ControllerConfig["clusterRanges"] {
  const fromPods = env.boolean("STILLS_CLUSTER_RANGES_FROM_PODS", {
    text: "Whether pods are watched, too: for networks that number them publicly and do not say so in `Node.spec.podCIDRs`.",
    default: false,
  });
  if (!env.has("STILLS_CLUSTER_RANGES_CONFIG_MAP")) return undefined;
  const configMapName = env.string("STILLS_CLUSTER_RANGES_CONFIG_MAP", {
    text: "ConfigMap in the operator's namespace that gets the public ranges of nodes, pods and Services, which egress refuses.",
    defaultText: "nobody tells them",
    pattern: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
    allowed: "the name of a ConfigMap",
  });
  return { configMapName, fromPods };
}

function readStoreConfig(env: EnvReader): StoreConfig {
  const settings = readObjectStoreSettings(env);
  return {
    ...settings,
    publicEndpoint: env.has("STILLS_STORE_PUBLIC_ENDPOINT")
      ? env.url("STILLS_STORE_PUBLIC_ENDPOINT", {
          text: "The S3 server as users see it, in `status.location`.",
          defaultText: "STILLS_STORE_ENDPOINT",
          protocols: ["http:", "https:"],
        })
      : settings.endpoint,
  };
}

function readSealingKey(env: EnvReader): string | undefined {
  const name = "STILLS_SEALING_PRIVATE_KEY_FILE";
  if (!env.has(name)) return undefined;
  const pem = env.secretFile("STILLS_SEALING_PRIVATE_KEY_FILE", {
    text: "File with the X25519 private key (PEM) that decrypts the secrets of calls; during a rotation, the new and the old one.",
  });
  const problem = sealingKeyProblem("Private", pem);
  if (problem !== undefined) env.refuse(name, problem);
  return pem;
}
