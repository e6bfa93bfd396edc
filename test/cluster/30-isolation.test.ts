import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { allSucceed, applyJobs, jobs, summaryOf } from "./support/jobs.ts";
import { appVersion, imageName } from "./support/images.ts";
import { apply, get, kubectl, list, runScript } from "./support/kubectl.ts";
import type { KubeObject, Place, Pod } from "./support/kubectl.ts";
import { assertReach, reach } from "./support/reach.ts";
import type { Targets } from "./support/reach.ts";
import { ensureRelease, operatorNamespace, readyPod, releaseName } from "./support/release.ts";
import type { Component } from "./support/release.ts";
import { addressOf, client, nodePod, seenAt, sitePort, siteURL } from "./support/stage.ts";

/** Which pods reach which: each "cannot" beside a "can" that shows that the probe works and the target listens. */

let targets: Targets;
const places: Partial<Record<Component, Place>> = {};

before(async () => {
  await ensureRelease();
  const addresses: Partial<Record<Component, string>> = {};
  for (const component of ["controller", "gateway", "egress", "worker", "nats"] as const) {
    const { metadata, status } = await readyPod(component);
    places[component] = { namespace: operatorNamespace, pod: metadata.name };
    addresses[component] = status.podIP!;
  }
  const store = await readyPod("store");
  const service = await get<ServiceObject>("service", "kubernetes", "default");
  const storeService = await get<ServiceObject>(
    "service",
    `${releaseName}-store`,
    operatorNamespace,
  );
  targets = {
    "API server": `${service.spec.clusterIP}:443`,
    "API server's own address": await apiServerAddress(),
    NATS: `${addresses.nats}:4222`,
    "NATS monitoring": `${addresses.nats}:8222`,
    egress: `${addresses.egress}:3128`,
    gateway: `${addresses.gateway}:8080`,
    "gateway's metrics": `${addresses.gateway}:9090`,
    "controller's metrics": `${addresses.controller}:9090`,
    "worker's metrics": `${addresses.worker}:9090`,
    store: `${store.status.podIP}:${storeService.spec.ports[0]!.targetPort}`,
    "metadata stand-in": `${await addressOf("metadata")}:${sitePort}`,
    "another pod": `${await addressOf("site")}:${sitePort}`,
  };
});

suite("a worker", () => {
  test("reaches NATS and egress and nothing else, and only by the names it is given", async () => {
    await assertReach(places.worker!, targets, ["NATS", "egress", "worker's metrics"]);
    const outcomes = await reach(places.worker!, {
      API: "kubernetes.default.svc:443",
      NATS: `stills-nats.${operatorNamespace}.svc:4222`,
    });
    assert.equal(outcomes["NATS"], "connected");
    assert.notEqual(outcomes["API"], "connected");
  });

  test("has a token for NATS, and none for Kubernetes", async () => {
    const { spec } = (await readyPod("worker")) as unknown as {
      spec: {
        automountServiceAccountToken?: boolean;
        volumes: { name: string; projected?: { sources: unknown[] }; secret?: unknown }[];
      };
    };
    assert.equal(spec.automountServiceAccountToken, false);
    const sources = spec.volumes.flatMap(({ projected }) => projected?.sources ?? []);
    assert.deepEqual(sources, [
      {
        serviceAccountToken: { audience: "stills-nats", expirationSeconds: 3600, path: "token" },
      },
    ]);
    assert.deepEqual(
      spec.volumes.filter(({ secret }) => secret !== undefined).map(({ name }) => name),
      ["nats-ca"],
    );
  });

  test("runs Chromium in its sandbox", async () => {
    const processes = await eventually("a renderer runs", async () => {
      const all = JSON.parse(await runScript(browserPlace(), "renderers.ts")) as ChromiumProcess[];
      return all.some(({ type }) => type === "renderer") && all;
    });
    for (const one of processes) {
      assert.equal(one.noSandbox, false, JSON.stringify(one));
      if (one.type !== "renderer") continue;
      assert.equal(one.seccomp, 2, JSON.stringify(one));
      assert.equal(one.ownUserNamespace, true, JSON.stringify(one));
      assert.equal(one.noNewPrivileges, true, JSON.stringify(one));
    }
  });
});

test("tini reaps the processes that a browser leaves behind", async () => {
  assert.deepEqual(JSON.parse(await runScript(browserPlace(), "orphan.ts")), {
    ...{ first: "/usr/bin/tini", parent: 1, stays: false, zombies: [] },
  });
});

suite("a page", () => {
  test("its script reaches the site, but no address inside", async () => {
    const [metadata, nats] = [targets["metadata stand-in"]!, targets["NATS monitoring"]!];
    const tries = [
      `http://${metadata}/from-script`,
      // Would call a function of the page if it were reached.
      `http://${nats}/varz?callback=reached`,
      `https://${targets["API server"]}/version`,
    ];
    await applyJobs({
      script: {
        html: pageThatTries([...tries, await siteURL("/from-script")]),
        wait: { until: ["Load"], delaySeconds: 2 },
      },
    });
    await allSucceed(["script"]);
    assert.ok((await seenAt("/from-script")).length > 0, "the page's script ran");
    assert.deepEqual(await seenAt("/from-script", "metadata"), []);
    assert.deepEqual(await seenAt("/from-script-from-nats"), []);
    // The target listens: the client, which no policy restricts, gets through.
    await assertReach(client, { metadata }, ["metadata"]);
  });

  test("as the page itself, an address inside is refused", async () => {
    const inside = ["API server", "NATS monitoring", "metadata stand-in", "gateway"];
    const specs = inside.map((name, index) => [
      `inside-${index}`,
      { url: `http://${targets[name]}/`, backoffLimit: 0 },
    ]);
    await applyJobs(Object.fromEntries(specs));
    const ended = await eventually(
      "the jobs have ended",
      async () => {
        const ours = (await jobs()).filter(({ metadata }) => metadata.name.startsWith("inside-"));
        return (
          ours.length === inside.length &&
          ours.every((job) => (summaryOf(job)?.status ?? "Unknown") !== "Unknown") &&
          ours
        );
      },
      { limitSeconds: 240, pauseMilliseconds: 500 },
    );
    assert.deepEqual(
      [...new Set(ended.map((job) => summaryOf(job)!.reason))],
      ["TargetNotAllowed"],
    );
  });
});

suite("the other roles", () => {
  test("egress reaches the allowed site and the store, and nothing inside", async () => {
    await assertReach(places.egress!, without(targets, "egress"), ["another pod", "store"]);
  });

  test("a gateway reaches the API server, NATS, the store and egress", async () => {
    const open = ["API server", "API server's own address", "NATS", "egress", "store"];
    await assertReach(places.gateway!, without(targets, "gateway", "gateway's metrics"), open);
  });

  test("a controller reaches the API server, NATS and the store", async () => {
    const open = ["API server", "API server's own address", "NATS", "store"];
    await assertReach(places.controller!, without(targets, "controller's metrics"), open);
  });

  test("NATS reaches nothing; a canary with its labels shows it", async () => {
    await withCanary("nats-canary", { "app.kubernetes.io/component": "nats" }, async (place) => {
      // The network learns of a pod a moment after it runs.
      await eventually("the policy holds for the canary", async () => {
        const outcomes = await reach(place, { site: targets["another pod"]! });
        return outcomes["site"] !== "connected";
      });
      await assertReach(place, without(targets, "NATS", "NATS monitoring"), []);
    });
  });
});

suite("from outside", () => {
  const inside = ["NATS", "NATS monitoring", "egress", "store", "controller's metrics"];

  test("a pod of another namespace reaches the gateway, and none of the rest", async () => {
    const outcomes = await reach(client, targets);
    assert.equal(outcomes["gateway"], "connected");
    for (const name of inside) assert.notEqual(outcomes[name], "connected", name);
    assert.notEqual(outcomes["worker's metrics"], "connected");
    for (const name of ["another pod", "metadata stand-in", "API server"])
      assert.equal(outcomes[name], "connected", name);
  });

  test("a pod in the operator's namespace without our labels reaches no more", async () => {
    await withCanary("plain-canary", {}, async (place) => {
      const outcomes = await reach(place, targets);
      for (const name of inside) assert.notEqual(outcomes[name], "connected", name);
      assert.equal(outcomes["another pod"], "connected");
    });
  });

  test("NATS monitoring does listen: the node, which no policy restricts, gets an answer", async () => {
    const path = `/api/v1/namespaces/${operatorNamespace}/pods/${places.nats!.pod}:8222/proxy/healthz`;
    assert.match(await kubectl("get", "--raw", path), /ok/);
  });
});

/** The container of Chromium in the worker's pod. */
function browserPlace(): Place {
  return { ...places.worker!, container: "chromium" };
}

interface ServiceObject extends KubeObject {
  spec: { clusterIP: string; ports: { port: number; targetPort: number | string }[] };
}

interface ChromiumProcess {
  type: string;
  noSandbox: boolean;
  seccomp: number;
  noNewPrivileges: boolean;
  ownUserNamespace: boolean;
}

async function apiServerAddress(): Promise<string> {
  const [slice] = await list<
    KubeObject & { endpoints: { addresses: string[] }[]; ports: { port: number }[] }
  >("endpointslice", {
    namespace: "default",
    selector: "kubernetes.io/service-name=kubernetes",
  });
  return `${slice!.endpoints[0]!.addresses[0]}:${slice!.ports[0]!.port}`;
}

/** Runs with a pod of the tests in the operator's namespace, and deletes it afterwards. */
async function withCanary(
  name: string,
  labels: Record<string, string>,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const image = imageName("stills", await appVersion());
  const ours =
    Object.keys(labels).length === 0
      ? {}
      : { "app.kubernetes.io/name": "stills", "app.kubernetes.io/instance": releaseName };
  await apply(
    nodePod(name, image, ["sleep", "infinity"], {
      namespace: operatorNamespace,
      labels: { ...ours, ...labels },
      isCanary: true,
    }),
  );
  try {
    await eventually(`${name} runs`, async () => {
      const { status } = await get<Pod>("pod", name, operatorNamespace);
      return status.phase === "Running";
    });
    await use({ namespace: operatorNamespace, pod: name });
  } finally {
    await kubectl("delete", "pod", name, "-n", operatorNamespace, "--timeout=60s");
  }
}

function without(all: Targets, ...names: string[]): Targets {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

function pageThatTries(urls: readonly string[]): string {
  return `<!doctype html><title>Tries</title><script>
    function reached() { fetch(${JSON.stringify(urls.at(-1))} + "-from-nats", { mode: "no-cors" }); }
    for (const url of ${JSON.stringify(urls)}) {
      fetch(url, { mode: "no-cors" }).catch(() => {});
      const script = document.createElement("script");
      script.src = url;
      document.head.append(script);
      new Image().src = url;
    }
  </script>`;
}
