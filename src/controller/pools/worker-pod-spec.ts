import type { BrowserPoolSpec } from "../../api/kinds/resource-types.ts";
import { natsTokenAudience, natsTokenSeconds } from "../../api/settings/nats-token.ts";
import type { WorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import {
  browserContainer,
  browserVolumes,
  containerSecurity,
  socketsFolder,
  socketsVolume,
} from "./browser-container-spec.ts";

/** An entry of the pod's hosts file, for names that it resolves without DNS. */
export interface HostAlias {
  ip: string;
  hostnames: string[];
}

export interface PodInput {
  pool: string;
  spec: BrowserPoolSpec;
  settings: WorkerPodSettings;
  hostAliases: readonly HostAlias[];
}

/** User and group id of every Stills image, and of all containers but that of the browser; not root. */
const workerID = 65_532;
const probePort = 9090;
/** Time between the end of the drain and SIGKILL, to return jobs and close the browser. */
const leaveSeconds = 15;
/** Long enough for a capture with the default limits that has just started. */
const defaultGraceSeconds = 135;
const temporaryFolder = "/tmp";
const credentialFolder = "/var/run/stills/nats";
/** Mode of files with secrets: the group is fsGroup. */
const forGroupOnly = 0o440;
const certificateFolder = "/var/run/stills/nats-ca";
/** Nothing listens there in a pod, so that a DNS query fails at once instead of leaving the cluster. */
const deadNameserver = "127.0.0.1";

/** How long a pod may take to stop, in seconds. */
function graceSecondsOf(spec: BrowserPoolSpec): number {
  return spec.pod?.terminationGracePeriodSeconds ?? defaultGraceSeconds;
}

/** The pod spec of a worker: the fields that a pool may set, and those that no pool can change. */
export function workerPodSpec(input: PodInput): Record<string, unknown> {
  const { spec, settings } = input;
  const pod = spec.pod ?? {};
  return {
    ...optionalField("nodeSelector", pod.nodeSelector),
    ...optionalField("tolerations", pod.tolerations),
    ...optionalField("affinity", pod.affinity),
    ...optionalField("topologySpreadConstraints", pod.topologySpreadConstraints),
    ...optionalField("priorityClassName", pod.priorityClassName),
    ...optionalField("runtimeClassName", pod.runtimeClassName),
    ...(settings.imagePullSecrets.length > 0 && {
      imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })),
    }),
    terminationGracePeriodSeconds: graceSecondsOf(spec),
    serviceAccountName: settings.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...dnsOf(input),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: workerID,
      runAsGroup: workerID,
      fsGroup: workerID,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    initContainers: [browserContainer(input)],
    containers: [container(input)],
    volumes: volumesOf(input),
  };
}

function container(input: PodInput): Record<string, unknown> {
  const { settings } = input;
  const probe = (path: string) => ({ httpGet: { path, port: "metrics" }, timeoutSeconds: 5 });
  return {
    name: "worker",
    image: settings.image,
    imagePullPolicy: settings.imagePullPolicy,
    args: ["worker"],
    env: environmentOf(input),
    ports: [{ name: "metrics", containerPort: probePort, protocol: "TCP" }],
    resources: workerResources(input),
    securityContext: containerSecurity,
    readinessProbe: { ...probe("/readyz"), periodSeconds: 5 },
    livenessProbe: { ...probe("/livez"), periodSeconds: 20, failureThreshold: 3 },
    startupProbe: { ...probe("/livez"), periodSeconds: 2, failureThreshold: 30 },
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "tmp", mountPath: temporaryFolder },
      { name: socketsVolume, mountPath: socketsFolder },
      { name: credentialOf(input).volume.name, mountPath: credentialFolder, readOnly: true },
      ...(settings.natsCASecret === undefined
        ? []
        : [{ name: "nats-ca", mountPath: certificateFolder, readOnly: true }]),
    ],
  };
}

function environmentOf(input: PodInput): Record<string, unknown>[] {
  const { pool, spec, settings } = input;
  const { browser } = spec;
  const values: Record<string, string | number | boolean> = {
    HOME: temporaryFolder,
    TMPDIR: temporaryFolder,
    STILLS_POOL: pool,
    STILLS_SLOTS: spec.slotsPerPod,
    STILLS_EGRESS_URL: settings.egressURL,
    STILLS_NATS_URL: settings.natsURL,
    ...credentialOf(input).environment,
    ...(settings.natsCASecret !== undefined && { STILLS_NATS_CA_FILE: `${certificateFolder}/ca` }),
    STILLS_BROWSER_SOCKETS_DIR: socketsFolder,
    STILLS_BROWSER_SANDBOX: browser.sandbox,
    STILLS_RECYCLE_AFTER_CAPTURES: browser.recycleAfterCaptures,
    STILLS_RECYCLE_AFTER_SECONDS: browser.recycleAfterSeconds,
    STILLS_DRAIN_TIMEOUT_SECONDS: Math.max(0, graceSecondsOf(spec) - leaveSeconds),
    STILLS_REQUIRE_NETWORK_POLICY: settings.requireNetworkPolicy,
    ...(settings.forbiddenAddresses.length > 0 && {
      STILLS_FORBIDDEN_ADDRESSES: settings.forbiddenAddresses.join(","),
    }),
    STILLS_ENCODER_MEMORY_MEBIBYTES: settings.encoderMemoryMebibytes,
    STILLS_LOG_LEVEL: settings.logLevel,
  };
  return [
    // A worker announces its pod's name, so that the controller finds the pod of an idle worker.
    { name: "STILLS_WORKER_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...Object.entries(values).map(([name, value]) => ({ name, value: String(value) })),
  ];
}

function volumesOf(input: PodInput): Record<string, unknown>[] {
  const { settings } = input;
  const { natsCASecret } = settings;
  return [
    { name: "tmp", emptyDir: { sizeLimit: "2Gi" } },
    ...browserVolumes(settings),
    credentialOf(input).volume,
    ...(natsCASecret === undefined
      ? []
      : [{ name: "nats-ca", secret: secretFile(natsCASecret.name, natsCASecret.key, "ca") }]),
  ];
}

/** What the worker shows NATS: the pool's password, or a token that the kubelet issues for this one pod and keeps fresh. */
function credentialOf({ pool, settings }: PodInput): {
  environment: Record<string, string>;
  volume: { name: string; [source: string]: unknown };
} {
  const { natsPasswordSecretPrefix: prefix } = settings;
  if (prefix !== undefined)
    return {
      environment: { STILLS_NATS_PASSWORD_FILE: `${credentialFolder}/password` },
      volume: {
        name: "nats-password",
        secret: secretFile(`${prefix}${pool}`, "password", "password"),
      },
    };
  const serviceAccountToken = {
    audience: natsTokenAudience,
    expirationSeconds: natsTokenSeconds,
    path: "token",
  };
  return {
    environment: { STILLS_NATS_TOKEN_FILE: `${credentialFolder}/token` },
    volume: {
      name: "nats-token",
      projected: { defaultMode: forGroupOnly, sources: [{ serviceAccountToken }] },
    },
  };
}

function secretFile(name: string, key: string, path: string): Record<string, unknown> {
  return { secretName: name, defaultMode: forGroupOnly, items: [{ key, path }] };
}

function dnsOf({ settings, hostAliases }: PodInput): Record<string, unknown> {
  if (settings.allowDNS) return { dnsPolicy: "ClusterFirst" };
  return {
    dnsPolicy: "None",
    dnsConfig: { nameservers: [deadNameserver] },
    ...(hostAliases.length > 0 && {
      hostAliases: hostAliases.map(({ ip, hostnames }) => ({ ip, hostnames: [...hostnames] })),
    }),
  };
}

/**
 * A worker without its browser: little while it waits; at most Node.js with the pictures that wait for the store, and an encoder for each
 * slot, which has a limit of its own.
 */
function workerResources({ spec, settings }: PodInput): Record<string, unknown> {
  const { slotsPerPod } = spec;
  return {
    requests: { cpu: `${50 * slotsPerPod}m`, memory: `${128 + 64 * slotsPerPod}Mi` },
    limits: { memory: `${512 + settings.encoderMemoryMebibytes * slotsPerPod}Mi` },
  };
}

function optionalField(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}
