import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { createServer, connect } from "node:net";
import type { AddressInfo } from "node:net";
import { join, dirname } from "node:path";
import { after, before, test } from "node:test";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { EventRecorder } from "../../../src/platform/kube/event-recorder.ts";
import { installCRDs } from "../../../src/platform/kube/crd-installer.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isInvalid,
  isNotFound,
} from "../../../src/platform/kube/kube-error.ts";
import { silentKubeMetrics } from "../../../src/platform/kube/kube-metrics.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import { events, namespaces } from "../../../src/platform/kube/resources.ts";
import { StatusWriter } from "../../../src/platform/kube/status-writer.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { eventually } from "../../support/eventually.ts";
import type { TestKubeAPI } from "../../support/servers.ts";
import { startKubeAPI } from "../../support/servers.ts";

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

const configMapType = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};
const log = createLogger({ component: "test", level: "silent" });
const shapeType = {
  group: "test.stills.dev",
  version: "v1",
  plural: "shapes",
  kind: "Shape",
  namespaced: true,
};

interface Shape extends KubeObject {
  spec?: { corners?: number };
  status?: { attempts?: number };
}

const shapeDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shapes.test.stills.dev }
spec:
  group: test.stills.dev
  scope: Namespaced
  names: { plural: shapes, singular: shape, kind: Shape, listKind: ShapeList }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, properties: { corners: { type: integer, minimum: 3 } } }
            status: { type: object, properties: { attempts: { type: integer } } }
`;

let kube: TestKubeAPI;
let transport: KubeTransport;
let configMaps: ResourceClient<ConfigMap>;
let shapes: ResourceClient<Shape>;

before(async () => {
  kube = await startKubeAPI();
  transport = new KubeTransport(kubeCredentials(kube.kubeconfig));
  configMaps = new ResourceClient(transport, configMapType);
  shapes = new ResourceClient(transport, shapeType);
  await installShapes();
  await eventually("the default namespace is there", () =>
    namespaces(transport).get({ name: "default" }),
  );
});

after(async () => {
  await transport.close();
  await kube[Symbol.asyncDispose]();
});

function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { metadata: { namespace: "default", name }, data };
}

function shape(name: string, corners = 4): Shape {
  return { metadata: { namespace: "default", name }, spec: { corners } };
}

async function createShape(name: string) {
  const { metadata } = await shapes.create(shape(name));
  const { uid = "", resourceVersion = "" } = metadata;
  return { namespace: "default", name, uid, resourceVersion };
}

async function installShapes(): Promise<string[]> {
  const signal = AbortSignal.timeout(60_000);
  const options = { fieldManager: "test", clock: systemClock, signal };
  return await installCRDs(transport, [shapeDefinition], options);
}

test("hundreds of requests share a few TLS connections", async () => {
  let connections = 0;
  const port = Number(new URL(kube.url).port);
  const relay = createServer((incoming) => {
    connections += 1;
    const outgoing = connect(port, "127.0.0.1");
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on("error", () => outgoing.destroy());
    outgoing.on("error", () => incoming.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const relayed = new KubeTransport(
    kubeCredentials(
      await kubeconfigFor(`https://127.0.0.1:${(relay.address() as AddressInfo).port}`),
    ),
  );
  const client = new ResourceClient<ConfigMap>(relayed, configMapType);
  const worker = async (): Promise<void> => {
    for (let index = 0; index < 40; index += 1) await client.list({ namespace: "default" });
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  await relayed.close();
  await new Promise<void>((resolve) => relay.close(() => resolve()));
  assert.ok(connections >= 1 && connections <= 20, `${connections} connections for 400 requests`);
});

test("credentials are read again when their file changed and the server refuses the old ones", async () => {
  const path = join(dirname(kube.kubeconfig), "changing.kubeconfig");
  const nobody = await kube.api.issueKubeconfig({ name: "nobody" });
  await copyFile(nobody, path);
  const changing = new KubeTransport(kubeCredentials(path));
  const client = namespaces(changing);
  await assert.rejects(client.list(), isForbidden);
  await copyFile(kube.kubeconfig, path);
  await changing.refreshCredentials();
  const { items } = await client.list();
  await changing.close();
  assert.ok(items.length > 0);
});

test("credentials that cannot be read fail with a sentence that names the file", async () => {
  const absent = new KubeTransport(kubeCredentials("/nonexistent/kubeconfig"));
  await assert.rejects(absent.start(), /Cannot read Kubernetes credentials from \/nonexistent/);
  await absent.close();
});

test("objects are created, read, patched, replaced and deleted", async () => {
  const created = await configMaps.create(configMap("life", { a: "1", b: "2" }));
  await assert.rejects(configMaps.create(configMap("life")), isAlreadyExists);
  const name = { namespace: "default", name: "life" };
  const patched = await configMaps.mergePatch(name, { data: { b: null, c: "3" } });
  assert.deepEqual(patched.data, { a: "1", c: "3" });
  await assert.rejects(configMaps.replace({ ...created, data: {} }), isConflict);
  await configMaps.replace({ ...patched, data: { d: "4" } });
  assert.deepEqual((await configMaps.get(name)).data, { d: "4" });
  await configMaps.delete(name);
  await assert.rejects(configMaps.get(name), isNotFound);
});

test("a delete with a uid does not hit a later object of the same name", async () => {
  const name = { namespace: "default", name: "twice" };
  const first = await configMaps.create(configMap("twice"));
  const uid = first.metadata.uid ?? "";
  await configMaps.delete(name, { uid });
  await configMaps.create(configMap("twice"));
  await assert.rejects(configMaps.delete(name, { uid }), isConflict);
  assert.notEqual((await configMaps.get(name)).metadata.uid, uid);
});

test("lists come in pages, and all of them with listAll", async () => {
  for (let index = 0; index < 7; index += 1)
    await configMaps.create({
      ...configMap(`paged-${index}`),
      metadata: { namespace: "default", name: `paged-${index}`, labels: { set: "paged" } },
    });
  const options = { namespace: "default", labelSelector: "set=paged", limit: 3 };
  const page = await configMaps.list(options);
  assert.equal(page.items.length, 3);
  assert.notEqual(page.continueToken, undefined);
  const names: string[] = [];
  for await (const item of configMaps.listAll(options)) names.push(item.metadata.name ?? "");
  assert.deepEqual(
    names,
    Array.from({ length: 7 }, (_, index) => `paged-${index}`),
  );
});

test("server-side apply creates, keeps the fields of others, and takes over what it is forced to", async () => {
  const apply = (data: Record<string, string>, fieldManager: string, force: boolean) =>
    configMaps.apply(configMap("applied", data), { fieldManager, force });
  await apply({ ours: "1" }, "us", true);
  await apply({ theirs: "2" }, "them", true);
  await assert.rejects(apply({ ours: "3" }, "them", false), isConflict);
  await apply({ ours: "3" }, "them", true);
  const { data } = await configMaps.get({ namespace: "default", name: "applied" });
  assert.deepEqual(data, { ours: "3" });
});

test("a dry run is checked but not stored", async () => {
  await shapes.create(shape("dry"), { dryRun: true });
  await assert.rejects(shapes.create(shape("dry", 2), { dryRun: true }), isInvalid);
  await assert.rejects(shapes.get({ namespace: "default", name: "dry" }), isNotFound);
});

test("a status is written only over the version it was decided on", async () => {
  const writer = new StatusWriter(shapes);
  const created = await createShape("swap");
  const first = await writer.write(created, created.resourceVersion, { attempts: 1 });
  assert.equal(first.kind, "Written");
  const late = await writer.write(created, created.resourceVersion, { attempts: 2 });
  assert.deepEqual(late, { kind: "Conflict" });
  assert.equal((await shapes.get(created)).status?.attempts, 1);
});

test("a status is not written to a later object of the same name, nor to none", async () => {
  const writer = new StatusWriter(shapes);
  const created = await createShape("anew");
  await shapes.delete(created);
  const gone = await writer.write(created, created.resourceVersion, { attempts: 1 });
  assert.deepEqual(gone, { kind: "Gone" });
  await createShape("anew");
  const other = await writer.write(created, created.resourceVersion, { attempts: 1 });
  assert.deepEqual(other, { kind: "Conflict" });
  assert.equal((await shapes.get(created)).status?.attempts, undefined);
});

test("a status that validation forbids is Refused with the server's words", async () => {
  const created = await createShape("refused");
  const status = { attempts: "many" };
  const outcome = await new StatusWriter(shapes).write(created, created.resourceVersion, status);
  assert.ok(outcome.kind === "Refused");
  assert.match(outcome.message, /attempts/);
});

test("what was written is remembered until the cache shows it", async () => {
  const writer = new StatusWriter(shapes);
  const created = await createShape("stale");
  const { uid, resourceVersion } = created;
  assert.equal(writer.isCurrent(uid, resourceVersion), true);
  const written = await writer.write(created, resourceVersion, { attempts: 1 });
  assert.ok(written.kind === "Written");
  assert.equal(writer.lastWritten(uid), written.resourceVersion);
  assert.equal(writer.isCurrent(uid, resourceVersion), false);
  assert.equal(writer.isCurrent(uid, written.resourceVersion), true);
  assert.equal(writer.lastWritten(uid), undefined);
});

test("definitions can be installed again over themselves", async () => {
  assert.deepEqual(await installShapes(), ["shapes.test.stills.dev"]);
});

test("what is no definition is not installed", async () => {
  const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
  const signal = AbortSignal.timeout(60_000);
  const options = { fieldManager: "test", clock: systemClock, signal };
  await assert.rejects(installCRDs(transport, [text], options), /found ConfigMap/);
});

test("the same thing about the same object becomes one event with a count", async () => {
  const { metadata } = await configMaps.create(configMap("noted"));
  const recorder = new EventRecorder({
    transport,
    clock: systemClock,
    log,
    reportingController: "stills.dev/controller",
    reportingInstance: "test-1",
  });
  await recorder.start();
  const noted = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "noted" };
  for (let index = 0; index < 5; index += 1)
    recorder.record({
      regarding: { ...noted, uid: metadata.uid ?? "" },
      type: "Warning",
      reason: "NavigationTimedOut",
      action: "Capturing",
      note: `Attempt ${index} did not load in time`,
    });
  const read = async () => {
    const { items } = await events(transport).list({ namespace: "default" });
    return items.filter((event) => event.regarding.name === "noted");
  };
  await eventually("the event is there", async () => (await read()).length === 1);
  await recorder.stop();
  const [event, ...others] = await read();
  assert.deepEqual(others, []);
  assert.equal(event?.series?.count, 5);
  assert.equal(event?.note, "Attempt 0 did not load in time");
  assert.equal(event?.regarding.uid, metadata.uid);
});

test("events that cannot be written, or are too many, harm nobody", async () => {
  const outcomes: string[] = [];
  const recorder = new EventRecorder({
    transport,
    clock: systemClock,
    log,
    metrics: { ...silentKubeMetrics, eventRecorded: (outcome) => void outcomes.push(outcome) },
    reportingController: "stills.dev/controller",
    reportingInstance: "test-1",
  });
  for (let index = 0; index < 100; index += 1)
    recorder.record({
      regarding: { apiVersion: "v1", kind: "ConfigMap", namespace: "absent", name: `n${index}` },
      type: "Warning",
      reason: "NavigationTimedOut",
      action: "Capturing",
      note: "Nothing there",
    });
  await recorder.stop();
  assert.equal(outcomes.filter((outcome) => outcome === "Failed").length, 5);
  assert.equal(outcomes.filter((outcome) => outcome === "Dropped").length, 95);
});

async function kubeconfigFor(url: string): Promise<string> {
  const path = join(dirname(kube.kubeconfig), "relayed.kubeconfig");
  const text = readFileSync(kube.kubeconfig, "utf8").replaceAll(kube.url, url);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
