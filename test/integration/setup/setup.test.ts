import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { annotations } from "../../../src/api/settings/kubernetes-names.ts";
import { createServerCertificate } from "../../../src/platform/certificates/server-certificate.ts";
import {
  customResourceDefinitions,
  deployments,
  secrets,
  statefulSets,
} from "../../../src/platform/kube/resources.ts";
import type { StatefulSet } from "../../../src/platform/kube/resources.ts";
import { accountsNamespace, fullname, namespace, SetupHook } from "./setup-hook.ts";

let hook: SetupHook;

before(async () => {
  hook = await SetupHook.start();
});

after(async () => {
  await hook?.[Symbol.asyncDispose]();
});

const settings = {
  namespace,
  accountsNamespace,
  fullname,
  gatewayLeaveSeconds: 0,
  labels: { "app.kubernetes.io/name": "stills" },
  natsUsers: ["controller", "gateway"],
  natsHosts: ["h-stills-nats", "h-stills-nats.pictures.svc"],
  accounts: ["default"],
  store: true,
};

/** Names and decoded values. */
async function readSecrets(of = namespace): Promise<Record<string, Record<string, string>>> {
  const { items } = await secrets(hook.admin).list({ namespace: of });
  return Object.fromEntries(
    items.map(({ metadata, data = {} }) => [
      metadata.name,
      Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
      ),
    ]),
  );
}

test("the CustomResourceDefinitions are applied and established, with the rights for that alone", async () => {
  for (let run = 1; run <= 2; run += 1) {
    const { code, output } = await hook.run("crds");
    assert.equal(code, 0, output);
  }
  const { items } = await customResourceDefinitions(hook.admin).list();
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    [
      "accounts.stills.dev",
      "browserpools.stills.dev",
      "screenshotclasses.stills.dev",
      "screenshotjobs.stills.dev",
    ],
  );
  for (const { status } of items)
    assert.ok(
      status?.conditions?.some((one) => one.type === "Established" && one.status === "True"),
    );
});

test("Secrets are created once: a second run and more NATS users change no existing one", async () => {
  const first = await hook.run("secrets", settings);
  assert.equal(first.code, 0, first.output);
  const made = await readSecrets();
  assert.deepEqual(
    Object.entries(made).map(([name, values]) => `${name}: ${Object.keys(values).join(" ")}`),
    [
      "h-stills-attempt-key: key",
      "h-stills-job-proof-key: key requiredFrom",
      "h-stills-link-key: key",
      "h-stills-nats-callout: issuer private.pem",
      "h-stills-nats-controller: password",
      "h-stills-nats-gateway: password",
      "h-stills-nats-tls: ca.crt tls.crt tls.key",
      "h-stills-proxy-key: key",
      "h-stills-sealing: private.pem public.pem",
      "h-stills-store: accessKeyID secretAccessKey",
      "h-stills-store-reader: accessKeyID secretAccessKey users.json",
    ],
  );
  const ofAccounts = await readSecrets(accountsNamespace);
  assert.deepEqual(Object.keys(ofAccounts), ["h-stills-account-default"]);
  for (const values of Object.values({ ...made, ...ofAccounts }))
    for (const value of Object.values(values)) assert.equal(first.output.includes(value), false);
  const [one] = (await secrets(hook.admin).list({ namespace, limit: 1 })).items;
  assert.deepEqual(one?.metadata.labels, {
    "app.kubernetes.io/managed-by": "stills-setup",
    "app.kubernetes.io/name": "stills",
  });

  const natsUsers = [...settings.natsUsers, "another"];
  const second = await hook.run("secrets", { ...settings, natsUsers });
  assert.equal(second.code, 0, second.output);
  const { "h-stills-nats-another": added, ...kept } = await readSecrets();
  assert.deepEqual(kept, made);
  assert.deepEqual(await readSecrets(accountsNamespace), ofAccounts);
  assert.match(added?.["password"] ?? "", /^p[0-9a-f]{64}$/);
});

test("an upgrade that adds the key of job proofs gives gateways an hour to be replaced, an installation does not", async () => {
  const name = `${fullname}-job-proof-key`;
  const requiredFrom = async (): Promise<number> =>
    Date.parse((await readSecrets())[name]?.["requiredFrom"] ?? "");
  const before = await readSecrets();
  assert.ok((await requiredFrom()) <= Date.now(), "of the installation");

  await secrets(hook.admin).delete({ namespace, name });
  const start = Date.now();
  const upgrade = await hook.run("secrets", settings);
  assert.equal(upgrade.code, 0, upgrade.output);
  const { [name]: added = {}, ...others } = await readSecrets();
  const { [name]: earlier, ...kept } = before;
  assert.deepEqual(others, kept);
  assert.notEqual(added["key"], earlier?.["key"]);
  assert.ok((await requiredFrom()) >= start + 3_599_000, String(added["requiredFrom"]));

  const next = await hook.run("secrets", settings);
  assert.equal(next.code, 0, next.output);
  assert.deepEqual((await readSecrets())[name], added);
});

/** NATS as the chart makes it, as far as it matters here. */
async function createNatsServer(): Promise<void> {
  const labels = { app: "nats" };
  const containers = [{ name: "nats", image: "nats" }];
  await statefulSets(hook.admin).create({
    metadata: { namespace, name: `${fullname}-nats` },
    spec: {
      serviceName: "nats",
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  });
}

async function nats(): Promise<StatefulSet> {
  return await statefulSets(hook.admin).get({ namespace, name: `${fullname}-nats` });
}

test("a certificate close to its end is renewed, and its authority remains trusted", async () => {
  const client = secrets(hook.admin);
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

  const { code, output } = await hook.run("secrets", settings);

  assert.equal(code, 0, output);
  assert.match(output, /Renewed NATS certificate/);
  const renewed = (await readSecrets())[name]!;
  assert.notEqual(renewed["tls.crt"], ending.certificatePEM);
  assert.ok(renewed["ca.crt"]?.endsWith(ending.authorityPEM));
});

test("a NATS server that is a Deployment, since it has no volume, is restarted for its certificate as well", async () => {
  const labels = { app: "nats" };
  const name = { namespace, name: `${fullname}-nats` };
  const client = deployments(hook.admin);
  await client.create({
    metadata: name,
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "nats", image: "nats" }] } },
    },
  });
  const renewedAt = new Date(Date.now() - 7_200_000).toISOString();
  await secrets(hook.admin).mergePatch(
    { namespace, name: `${fullname}-nats-tls` },
    { metadata: { annotations: { [annotations.renewedAt]: renewedAt } } },
  );
  const { code, output } = await hook.run("secrets", settings);
  assert.equal(code, 0, output);
  const { spec } = await client.get(name);
  assert.equal(spec?.template?.metadata?.annotations?.[annotations.renewedAt], renewedAt);
  await client.delete(name);
});

test("NATS is restarted once for a renewed certificate, after pods can have seen its authority", async () => {
  await createNatsServer();
  const client = secrets(hook.admin);
  const name = `${fullname}-nats-tls`;
  const { generation } = (await nats()).metadata;
  const renewedAt = new Date(Date.now() - 3_600_000).toISOString();
  await client.mergePatch(
    { namespace, name },
    { metadata: { annotations: { [annotations.renewedAt]: renewedAt } } },
  );

  const first = await hook.run("secrets", settings);
  assert.equal(first.code, 0, first.output);
  assert.match(first.output, /Restarting NATS/);
  assert.doesNotMatch(first.output, /Waiting for pods/);
  const restarted = await nats();
  assert.equal(restarted.spec?.template?.metadata?.annotations?.[annotations.renewedAt], renewedAt);
  assert.notEqual(restarted.metadata.generation, generation);

  const second = await hook.run("secrets", settings);
  assert.equal(second.code, 0, second.output);
  assert.equal((await nats()).metadata.generation, restarted.metadata.generation);
});

test("NATS is not restarted right after a renewal; an interrupted wait changes nothing", async () => {
  const present = await nats();
  await secrets(hook.admin).mergePatch(
    { namespace, name: `${fullname}-nats-tls` },
    { metadata: { annotations: { [annotations.renewedAt]: new Date().toISOString() } } },
  );
  const { code, output } = await hook.run("secrets", settings, { stopWhen: /Waiting for pods/ });
  // Or Helm would go on as if NATS had its certificate.
  assert.equal(code, 1, output);
  assert.match(output, /The setup of secrets was interrupted; repeat it/);
  assert.match(output, /Waiting for pods/);
  assert.doesNotMatch(output, /Restarting NATS/);
  assert.equal((await nats()).metadata.generation, present.metadata.generation);
});

test("definitions of a later version, which another installation brought, are left as they are", async () => {
  const definitions = customResourceDefinitions(hook.admin);
  const name = { name: "screenshotjobs.stills.dev" };
  const shortNames = async () => (await definitions.get(name)).spec.names;
  assert.equal((await hook.run("crds")).code, 0);
  const own = await shortNames();
  const change = async (version: string) =>
    await definitions.mergePatch(name, {
      metadata: { annotations: { [annotations.schemaVersion]: version } },
      spec: { names: { shortNames: ["later"] } },
    });
  await change("0.0.9");
  assert.equal((await hook.run("crds")).code, 0);
  assert.deepEqual(await shortNames(), own, "an earlier one is replaced");

  await change("99.0.1");
  const { code, output } = await hook.run("crds");
  assert.equal(code, 0, output);
  assert.match(output, /Kept a CustomResourceDefinition of a later version/);
  assert.deepEqual(await shortNames(), { ...own, shortNames: ["later"] });
});

test("without rights, with wrong settings or an unknown task it fails at once with the cause", async () => {
  const elsewhere = await hook.run("secrets", { ...settings, namespace: "default" });
  assert.equal(elsewhere.code, 1);
  assert.match(elsewhere.output, /forbidden/);
  const wrong = await hook.run("secrets", { ...settings, natsUser: [] });
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /STILLS_SETUP_FILE.*`natsUser` is not a known field/);
  const unknown = await hook.run("everything");
  assert.equal(unknown.code, 2);
  assert.match(unknown.output, /Usage: stills setup secrets \| crds \| moved/);
});
