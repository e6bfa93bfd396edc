import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { annotations } from "../../../src/api/settings/kubernetes-names.ts";
import { rbacRules } from "../../../src/api/rights/rbac-rules.ts";
import type { RBACRule } from "../../../src/api/rights/rbac-rules.ts";
import { createServerCertificate } from "../../../src/platform/certificates/server-certificate.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import {
  customResourceDefinitions,
  namespaces,
  secrets,
  statefulSets,
} from "../../../src/platform/kube/resources.ts";
import type { StatefulSet } from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { startKubeAPI } from "../../support/servers.ts";
import type { TestKubeAPI } from "../../support/servers.ts";

type AnyObject = KubeObject & Record<string, unknown>;

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const namespace = "pictures";
const fullname = "h-stills";
const user = "setup-hook";
const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;

let kube: TestKubeAPI;
let admin: KubeTransport;
let kubeconfig: string;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "stills-test-setup-"));
  kube = await startKubeAPI();
  admin = new KubeTransport(kubeCredentials(kube.kubeconfig));
  await namespaces(admin).create({ metadata: { name: namespace } });
  kubeconfig = await kube.api.issueKubeconfig({ name: user });
  await grant("ClusterRole", rbacRules.setup.cluster);
  await grant("Role", rbacRules.setup.operatorNamespace);
});

after(async () => {
  await admin?.close();
  await kube?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Exactly the rights that the chart gives. */
async function grant(kind: "ClusterRole" | "Role", rules: RBACRule[]): Promise<void> {
  const namespaced = kind === "Role";
  const metadata = { name: user, ...(namespaced && { namespace }) };
  const named = rules.map((rule) => ({
    ...rule,
    ...(rule.resourceNames && {
      resourceNames: rule.resourceNames.map((name) => name.replace("<fullname>", fullname)),
    }),
  }));
  const client = (plural: string, of: string) =>
    new ResourceClient<AnyObject>(admin, { ...rbac, plural, kind: of, namespaced });
  await client(`${kind.toLowerCase()}s`, kind).create({ metadata, rules: named });
  await client(`${kind.toLowerCase()}bindings`, `${kind}Binding`).create({
    metadata,
    roleRef: { apiGroup: rbac.group, kind, name: user },
    subjects: [{ kind: "User", name: user, apiGroup: rbac.group }],
  });
}

async function setUp(task: string, settings?: object, { stopWhen }: { stopWhen?: RegExp } = {}) {
  const file = join(folder, "setup.yaml");
  await writeFile(file, JSON.stringify(settings ?? {}));
  const child = spawn(process.execPath, [main, "setup", task], {
    env: { ...process.env, KUBECONFIG: kubeconfig, STILLS_SETUP_FILE: file },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      // Once, as the kubelet does it.
      if (!child.killed && stopWhen?.test(output) === true) child.kill("SIGTERM");
    });
  await once(child, "close");
  return { code: child.exitCode, output };
}

const settings = {
  namespace,
  fullname,
  labels: { "app.kubernetes.io/name": "stills" },
  natsUsers: ["controller", "gateway", "worker-default"],
  natsHosts: ["h-stills-nats", "h-stills-nats.pictures.svc"],
  accounts: ["default"],
  store: true,
};

async function readSecrets(): Promise<Record<string, Record<string, string>>> {
  const { items } = await secrets(admin).list({ namespace });
  return Object.fromEntries(
    items.map(({ metadata, data = {} }) => [
      metadata.name,
      Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
      ),
    ]),
  );
}

test("Secrets are created once: a second run and more NATS users change no existing one", async () => {
  const first = await setUp("secrets", settings);
  assert.equal(first.code, 0, first.output);
  const made = await readSecrets();
  assert.deepEqual(
    Object.entries(made).map(([name, values]) => `${name}: ${Object.keys(values).join(" ")}`),
    [
      "h-stills-account-default: accessKey secretKey",
      "h-stills-attempt-key: key",
      "h-stills-job-proof-key: key requiredFrom",
      "h-stills-link-key: key",
      "h-stills-nats-controller: password",
      "h-stills-nats-gateway: password",
      "h-stills-nats-tls: ca.crt tls.crt tls.key",
      "h-stills-nats-worker-default: password",
      "h-stills-proxy-key: key",
      "h-stills-sealing: private.pem public.pem",
      "h-stills-store: accessKeyID secretAccessKey",
    ],
  );
  for (const values of Object.values(made))
    for (const value of Object.values(values)) assert.equal(first.output.includes(value), false);
  const [one] = (await secrets(admin).list({ namespace, limit: 1 })).items;
  assert.deepEqual(one?.metadata.labels, {
    "app.kubernetes.io/managed-by": "stills-setup",
    "app.kubernetes.io/name": "stills",
  });

  const natsUsers = [...settings.natsUsers, "worker-large"];
  const second = await setUp("secrets", { ...settings, natsUsers });
  assert.equal(second.code, 0, second.output);
  const { "h-stills-nats-worker-large": added, ...kept } = await readSecrets();
  assert.deepEqual(kept, made);
  assert.match(added?.["password"] ?? "", /^p[0-9a-f]{64}$/);
});

test("an upgrade that adds the key of job proofs gives gateways an hour to be replaced, an installation does not", async () => {
  const name = `${fullname}-job-proof-key`;
  const requiredFrom = async (): Promise<number> =>
    Date.parse((await readSecrets())[name]?.["requiredFrom"] ?? "");
  const before = await readSecrets();
  assert.ok((await requiredFrom()) <= Date.now(), "of the installation");

  await secrets(admin).delete({ namespace, name });
  const start = Date.now();
  const upgrade = await setUp("secrets", settings);
  assert.equal(upgrade.code, 0, upgrade.output);
  const { [name]: added = {}, ...others } = await readSecrets();
  const { [name]: earlier, ...kept } = before;
  assert.deepEqual(others, kept);
  assert.notEqual(added["key"], earlier?.["key"]);
  assert.ok((await requiredFrom()) >= start + 3_599_000, String(added["requiredFrom"]));

  const next = await setUp("secrets", settings);
  assert.equal(next.code, 0, next.output);
  assert.deepEqual((await readSecrets())[name], added);
});

/** NATS as the chart makes it, as far as it matters here. */
async function createNatsServer(): Promise<void> {
  const labels = { app: "nats" };
  const containers = [{ name: "nats", image: "nats" }];
  await statefulSets(admin).create({
    metadata: { namespace, name: `${fullname}-nats` },
    spec: {
      serviceName: "nats",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  });
}

async function nats(): Promise<StatefulSet> {
  return await statefulSets(admin).get({ namespace, name: `${fullname}-nats` });
}

test("a certificate close to its end is renewed, and its authority remains trusted", async () => {
  const client = secrets(admin);
  const name = `${fullname}-nats-tls`;
  const ending = createServerCertificate(settings.natsHosts, {
    nowMilliseconds: Date.now(),
    lifetimeDays: 0.4,
  });
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const present = await client.get({ namespace, name });
  await client.replace({
    ...present,
    data: {
      "ca.crt": base64(ending.authorityPEM),
      "tls.crt": base64(ending.certificatePEM),
      "tls.key": base64(ending.privateKeyPEM),
    },
  });

  const { code, output } = await setUp("secrets", settings);

  assert.equal(code, 0, output);
  assert.match(output, /Renewed NATS certificate/);
  const renewed = (await readSecrets())[name]!;
  assert.notEqual(renewed["tls.crt"], ending.certificatePEM);
  assert.ok(renewed["ca.crt"]?.endsWith(ending.authorityPEM));
});

test("NATS is restarted once for a renewed certificate, after pods can have seen its authority", async () => {
  await createNatsServer();
  const client = secrets(admin);
  const name = `${fullname}-nats-tls`;
  const { generation } = (await nats()).metadata;
  const renewedAt = new Date(Date.now() - 3_600_000).toISOString();
  await client.mergePatch(
    { namespace, name },
    { metadata: { annotations: { [annotations.renewedAt]: renewedAt } } },
  );

  const first = await setUp("secrets", settings);
  assert.equal(first.code, 0, first.output);
  assert.match(first.output, /Restarting NATS/);
  assert.doesNotMatch(first.output, /Waiting for pods/);
  const restarted = await nats();
  assert.equal(restarted.spec?.template?.metadata?.annotations?.[annotations.renewedAt], renewedAt);
  assert.notEqual(restarted.metadata.generation, generation);

  const second = await setUp("secrets", settings);
  assert.equal(second.code, 0, second.output);
  assert.equal((await nats()).metadata.generation, restarted.metadata.generation);
});

test("NATS is not restarted right after a renewal; an interrupted wait changes nothing", async () => {
  const present = await nats();
  await secrets(admin).mergePatch(
    { namespace, name: `${fullname}-nats-tls` },
    { metadata: { annotations: { [annotations.renewedAt]: new Date().toISOString() } } },
  );
  const { code, output } = await setUp("secrets", settings, { stopWhen: /Waiting for pods/ });
  // Or Helm would go on as if NATS had its certificate.
  assert.equal(code, 1, output);
  assert.match(output, /The setup of secrets was interrupted; repeat it/);
  assert.match(output, /Waiting for pods/);
  assert.doesNotMatch(output, /Restarting NATS/);
  assert.equal((await nats()).metadata.generation, present.metadata.generation);
});

test("the CustomResourceDefinitions are applied and established, with the rights for that alone", async () => {
  for (let run = 1; run <= 2; run += 1) {
    const { code, output } = await setUp("crds");
    assert.equal(code, 0, output);
  }
  const { items } = await customResourceDefinitions(admin).list();
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ["accounts.stills.dev", "browserpools.stills.dev", "screenshotjobs.stills.dev"],
  );
  for (const { status } of items)
    assert.ok(
      status?.conditions?.some((one) => one.type === "Established" && one.status === "True"),
    );
});

test("without rights, with wrong settings or an unknown task it fails at once with the cause", async () => {
  const elsewhere = await setUp("secrets", { ...settings, namespace: "default" });
  assert.equal(elsewhere.code, 1);
  assert.match(elsewhere.output, /forbidden/);
  const wrong = await setUp("secrets", { ...settings, natsUser: [] });
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /STILLS_SETUP_FILE.*`natsUser` is not a known field/);
  const unknown = await setUp("everything");
  assert.equal(unknown.code, 2);
  assert.match(unknown.output, /Usage: stills setup secrets \| crds/);
});
