import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import type { KubeMetrics } from "../../../src/platform/kube/kube-metrics.ts";
import { silentKubeMetrics } from "../../../src/platform/kube/kube-metrics.ts";
import type { ReflectorOptions } from "../../../src/platform/kube/reflector.ts";
import { Reflector } from "../../../src/platform/kube/reflector.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import { namespaces } from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { eventually } from "../../support/eventually.ts";
import type { TestKubeAPI } from "../../support/servers.ts";
import { startKubeAPI } from "../../support/servers.ts";

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

const type = {
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};
const log = createLogger({ component: "test", level: "silent" });

let kube: TestKubeAPI;
let transport: KubeTransport;
let configMaps: ResourceClient<ConfigMap>;

before(async () => {
  kube = await startKubeAPI();
  transport = new KubeTransport(kubeCredentials(kube.kubeconfig));
  configMaps = new ResourceClient(transport, type);
});

after(async () => {
  await transport.close();
  await kube[Symbol.asyncDispose]();
});

async function createNamespace(name: string): Promise<string> {
  await namespaces(transport).create({ metadata: { name } });
  return name;
}

async function create(namespace: string, name: string, labels: Record<string, string> = {}) {
  return await configMaps.create({ metadata: { namespace, name, labels }, data: { value: "1" } });
}

interface Subject extends AsyncDisposable {
  reflector: Reflector<ConfigMap, string>;
  changes: string[];
}

async function startReflector(
  options: Partial<ReflectorOptions<ConfigMap, string>> = {},
): Promise<Subject> {
  const reflector = new Reflector<ConfigMap, string>({
    transport,
    type,
    clock: systemClock,
    log,
    project: ({ metadata, data }) => `${metadata.name}=${data?.["value"] ?? ""}`,
    ...options,
  });
  const changes: string[] = [];
  reflector.onChange((_key, change) => changes.push(`${change.kind} ${change.record}`));
  await reflector.start();
  await reflector.synced;
  return { reflector, changes, [Symbol.asyncDispose]: () => reflector.stop() };
}

test("it shows what is there when it starts, and every change after that", async () => {
  const namespace = await createNamespace("changes");
  await create(namespace, "early");
  await using subject = await startReflector({ namespace });
  const { reflector, changes } = subject;
  assert.equal(reflector.get("changes/early"), "early=1");
  const late = await create(namespace, "late");
  const name = { namespace, name: "late" };
  await configMaps.mergePatch(name, { data: { value: "2" } });
  await configMaps.delete(name);
  await eventually("late is gone", () => changes.includes("Deleted late=2"));
  assert.deepEqual(changes, ["Set early=1", "Set late=1", "Set late=2", "Deleted late=2"]);
  assert.equal(reflector.getByUID(late.metadata.uid ?? ""), undefined);
  assert.equal(reflector.size, 1);
});

test("an object deleted and made anew under the same name is another object", async () => {
  const namespace = await createNamespace("anew");
  const first = await create(namespace, "twin");
  await using subject = await startReflector({ namespace });
  const { reflector, changes } = subject;
  await configMaps.delete({ namespace, name: "twin" });
  const second = await create(namespace, "twin");
  await eventually("the second is there", () => changes.length >= 3);
  assert.deepEqual(changes, ["Set twin=1", "Deleted twin=1", "Set twin=1"]);
  assert.equal(reflector.getByUID(first.metadata.uid ?? ""), undefined);
  assert.equal(reflector.uidOf("anew/twin"), second.metadata.uid);
  assert.equal(reflector.resourceVersionOf("anew/twin"), second.metadata.resourceVersion);
});

test("an object that no longer matches the selector is gone", async () => {
  const namespace = await createNamespace("selected");
  await create(namespace, "one", { wanted: "yes" });
  await create(namespace, "other", { wanted: "no" });
  await using subject = await startReflector({ namespace, labelSelector: "wanted=yes" });
  assert.deepEqual([...subject.reflector.records()], ["one=1"]);
  const name = { namespace, name: "one" };
  await configMaps.mergePatch(name, { metadata: { labels: { wanted: "no" } } });
  await eventually("it is gone", () => subject.reflector.size === 0);
  assert.deepEqual(subject.changes, ["Set one=1", "Deleted one=1"]);
});

test("after a write one can wait until the cache shows it", async () => {
  const namespace = await createNamespace("waiting");
  await using subject = await startReflector({ namespace });
  const { reflector } = subject;
  const { metadata } = await create(namespace, "written");
  const limit = AbortSignal.timeout(30_000);
  await reflector.waitUntilAtLeast("waiting/written", metadata.resourceVersion ?? "", limit);
  assert.equal(reflector.get("waiting/written"), "written=1");
  const written = await configMaps.mergePatch(
    { namespace, name: "written" },
    { data: { value: "2" } },
  );
  const version = written.metadata.resourceVersion ?? "";
  await reflector.waitUntilAtLeast("waiting/written", version, limit);
  assert.equal(reflector.get("waiting/written"), "written=2");
});

test("many objects are all there, whether asked for in one stream or in pages", async () => {
  const namespace = await createNamespace("many");
  for (let index = 0; index < 60; index += 1) await create(namespace, `object-${index}`);
  await using streamed = await startReflector({ namespace });
  let pages = 0;
  const counting = new KubeTransport(kubeCredentials(kube.kubeconfig), {
    metrics: {
      ...silentKubeMetrics,
      requestFinished: (verb) => void (pages += verb === "list" ? 1 : 0),
    },
  });
  await using paged = await startReflector({
    namespace,
    pageSize: 7,
    transport: withoutWatchList(counting),
  });
  assert.ok(pages >= 9, `${pages} pages of at most 7 objects`);
  assert.equal(streamed.reflector.size, 60);
  assert.deepEqual(
    [...paged.reflector.records()].toSorted(),
    [...streamed.reflector.records()].toSorted(),
  );
  await create(namespace, "last");
  await eventually("both see it", () => {
    const sizes = [streamed, paged].map((subject) => subject.reflector.size);
    return sizes.every((size) => size === 61);
  });
  await paged.reflector.stop();
  await counting.close();
});

test("an API server that is killed and started again is followed on", async () => {
  const namespace = await createNamespace("killed");
  await create(namespace, "stays");
  await create(namespace, "goes");
  const restarts: string[] = [];
  const metrics: KubeMetrics = {
    ...silentKubeMetrics,
    watchRestarted: (_resource, reason) => void restarts.push(reason),
  };
  await using subject = await startReflector({ namespace, metrics });
  const { reflector } = subject;
  await kube.process.kill();
  await eventually("the watch has noticed", () => restarts.length >= 2);
  assert.equal(reflector.size, 2, "the cache stays while the server is away");
  await kube.process.start(AbortSignal.timeout(180_000));
  await configMaps.delete({ namespace, name: "goes" });
  await create(namespace, "comes");
  await eventually("it has caught up", () => {
    const records = [...reflector.records()].toSorted();
    return records.length === 2 && records[0] === "comes=1" && records[1] === "stays=1";
  });
});

/** The same server as one from before 1.34 sees itself: it refuses initial events on a watch. */
function withoutWatchList(real: KubeTransport): KubeTransport {
  return new Proxy(real, {
    get(target, property) {
      if (property === "openStream")
        return async (request: Parameters<KubeTransport["openStream"]>[0]) => {
          // Without its companion the parameter is refused with the very 422 of such a server.
          const query = { ...request.query };
          if (query["sendInitialEvents"] === true) delete query["resourceVersionMatch"];
          return await target.openStream({ ...request, query });
        };
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
