import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";
import type { BrowserPoolSpec } from "../../api/kinds/resource-types.ts";
import { desiredDeployment, hashOf, selectorText } from "./pool-deployment.ts";
import type { DeploymentInput } from "./pool-deployment.ts";
import { workerPodSpec } from "./worker-pod-spec.ts";

const settings = parseWorkerPodSettings({
  namePrefix: "stills-pool-",
  labels: { "app.kubernetes.io/name": "stills", "helm.sh/chart": "stills-1" },
  image: "stills-worker:1",
  serviceAccountName: "stills-worker",
  natsURL: "nats://nats:4222",
  natsPasswordSecretPrefix: "stills-nats-worker-",
  egressURL: "http://egress:3128",
  seccompProfile: { type: "RuntimeDefault" },
});

const spec: BrowserPoolSpec = {
  slotsPerPod: 4,
  scaling: { mode: "Internal", minReplicas: 0, maxReplicas: 2, targetQueueSeconds: 10 },
  replicas: 1,
  browser: {
    engine: "HeadlessShell",
    sandbox: "Required",
    recycleAfterCaptures: 200,
    recycleAfterSeconds: 1800,
  },
};

const input: DeploymentInput = {
  pool: "default",
  uid: "u",
  namespace: "stills",
  spec,
  settings,
  hostAliases: [{ ip: "10.0.0.1", hostnames: ["nats"] }],
};

interface Container {
  resources: unknown;
  env: { name: string; valueFrom?: unknown }[];
  volumeMounts: { name: string; readOnly?: boolean }[];
}

function podWithContainers(of: DeploymentInput): {
  containers: Container[];
  initContainers: Container[];
  volumes: { name: string; emptyDir?: unknown }[];
} {
  return workerPodSpec(of) as unknown as ReturnType<typeof podWithContainers>;
}

test("the number of replicas is left to the scale subresource", () => {
  assert.equal("replicas" in desiredDeployment(input).spec, false);
});

test("the hash changes with the desired state and nothing else", () => {
  const hash = hashOf(desiredDeployment(input));
  const scaling = { ...spec.scaling, maxReplicas: 9 };
  assert.equal(hashOf(desiredDeployment({ ...input, spec: { ...spec, scaling } })), hash);
  const moved = { ...input, hostAliases: [{ ip: "10.0.0.2", hostnames: ["nats"] }] };
  assert.notEqual(hashOf(desiredDeployment(moved)), hash);
});

test("labels that change with a release are not part of the selector", () => {
  const { selector } = desiredDeployment(input).spec as {
    selector: { matchLabels: Record<string, string> };
  };
  assert.equal(
    selectorText(selector.matchLabels),
    "app.kubernetes.io/name=stills,app.kubernetes.io/component=worker,stills.dev/pool=default",
  );
});

test("a pool cannot override labels that the selector and policies use", () => {
  const pod = { labels: { "app.kubernetes.io/component": "controller", team: "web" } };
  const { template } = desiredDeployment({ ...input, spec: { ...spec, pod } }).spec as {
    template: { metadata: { labels: Record<string, string> } };
  };
  assert.equal(template.metadata.labels["app.kubernetes.io/component"], "worker");
  assert.equal(template.metadata.labels["team"], "web");
});

test("a pod without resources has limits that grow with its slots", () => {
  const { containers, initContainers } = podWithContainers(input);
  assert.deepEqual(initContainers[0]?.resources, {
    requests: { cpu: "1000m", memory: "1536Mi" },
    limits: { memory: "3072Mi" },
  });
  assert.deepEqual(containers[0]?.resources, {
    requests: { cpu: "200m", memory: "384Mi" },
    limits: { memory: "4912Mi" },
  });
});

test("resources of a pool are those of its browsers; the worker's do not change", () => {
  const resources = { limits: { memory: "9Gi" } };
  const { containers, initContainers } = podWithContainers({
    ...input,
    spec: { ...spec, pod: { resources } },
  });
  assert.deepEqual(initContainers[0]?.resources, resources);
  assert.deepEqual(containers[0]?.resources, podWithContainers(input).containers[0]?.resources);
});

test("the container of the browser has no secret, and shares no writable folder with the worker", () => {
  const settingsWithCA = { ...settings, natsCASecret: { name: "nats-ca", key: "ca.crt" } };
  const pod = podWithContainers({ ...input, settings: settingsWithCA });
  const [browser, worker] = [pod.initContainers[0]!, pod.containers[0]!];
  const secretVolumes = pod.volumes.filter(({ emptyDir }) => emptyDir === undefined);
  assert.equal(secretVolumes.length, 2);
  for (const { name } of secretVolumes) {
    assert.ok(worker.volumeMounts.some((mount) => mount.name === name));
    assert.ok(!browser.volumeMounts.some((mount) => mount.name === name), name);
  }
  for (const { name, readOnly } of browser.volumeMounts)
    if (worker.volumeMounts.some((mount) => mount.name === name))
      assert.equal(readOnly, true, name);
  for (const { name, valueFrom } of browser.env) {
    assert.equal(valueFrom, undefined, name);
    assert.doesNotMatch(name, /NATS|EGRESS|FORBIDDEN|POOL/);
  }
});

test("a pod shows NATS the pool's password, or without one a token of its own that no other server takes", () => {
  const withPassword = workerPodSpec(input) as unknown as PodWithCredential;
  assert.deepEqual(namesOf(withPassword), ["STILLS_NATS_PASSWORD_FILE"]);
  assert.deepEqual(
    withPassword.volumes.find(({ name }) => name === "nats-password")?.secret?.secretName,
    "stills-nats-worker-default",
  );

  const { natsPasswordSecretPrefix: _, ...withoutPassword } = settings;
  const withToken = workerPodSpec({
    ...input,
    settings: withoutPassword,
  }) as unknown as PodWithCredential;
  assert.deepEqual(namesOf(withToken), ["STILLS_NATS_TOKEN_FILE"]);
  assert.deepEqual(withToken.volumes.find(({ name }) => name === "nats-token")?.projected, {
    defaultMode: 0o440,
    sources: [
      {
        serviceAccountToken: { audience: "stills-nats", expirationSeconds: 3600, path: "token" },
      },
    ],
  });
  assert.equal(JSON.stringify(withToken).includes("secretName"), false);
});

interface PodWithCredential {
  containers: { env: { name: string }[] }[];
  volumes: { name: string; secret?: { secretName: string }; projected?: unknown }[];
}

function namesOf({ containers }: PodWithCredential): string[] {
  return (containers[0]?.env ?? [])
    .map(({ name }) => name)
    .filter((name) => /^STILLS_NATS_(PASSWORD|TOKEN)/.test(name));
}

test("with DNS allowed, the cluster resolves names", () => {
  const pod = workerPodSpec({ ...input, settings: { ...settings, allowDNS: true } });
  assert.equal(pod["dnsPolicy"], "ClusterFirst");
  assert.equal(pod["hostAliases"], undefined);
});

test("a short grace period leaves no time to drain", () => {
  const short = { ...spec, pod: { terminationGracePeriodSeconds: 10 } };
  const { containers } = workerPodSpec({ ...input, spec: short }) as {
    containers: { env: { name: string; value?: string }[] }[];
  };
  const drain = containers[0]?.env.find(({ name }) => name === "STILLS_DRAIN_TIMEOUT_SECONDS");
  assert.equal(drain?.value, "0");
});
