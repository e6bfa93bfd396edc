import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import { serverSource } from "../../src/local/servers/server-sources.ts";
import { findBinary } from "../../src/local/servers/find-binary.ts";
import { readerAccessKeyID } from "../../src/core/storage/store-reader.ts";
import { parseSetupSettings } from "../../src/api/settings/setup-settings.ts";
import { parseWorkerPodSettings } from "../../src/api/settings/worker-pod-settings.ts";
import { generateCalloutKey } from "../../src/platform/nats/callout-key.ts";
import { startKubeAPI } from "../support/servers.ts";
import { run } from "./support/command.ts";
import {
  chart,
  find,
  helmTemplate,
  namespace,
  outcomeOfTemplate,
  render,
} from "./support/render.ts";
import type { Manifest } from "./support/render.ts";

/** The chart without a cluster: rendering, refused values, and agreement with the code. */

/** Combinations of values that users have, by name. */
const combinations: Readonly<Record<string, Record<string, unknown>>> = {
  defaults: {},
  "an external store": {
    store: {
      endpoint: "https://s3.example.com",
      secret: { name: "keys" },
      gatewaySecret: { name: "reader" },
    },
  },
  "an external NATS": {
    nats: { enabled: false, external: { url: "tls://nats.example.com:4222" } },
  },
  "a NATS cluster with volumes": {
    nats: { replicas: 3, persistence: { enabled: true, storageClassName: "fast" } },
    demoStore: { persistence: { enabled: true } },
  },
  "NATS without TLS": { nats: { tls: { enabled: false } } },
  "no DaemonSet and no account": {
    seccomp: { installer: { enabled: false } },
    account: { enabled: false },
    tenantNamespaces: ["marketing"],
  },
  "an ingress, two pools, everything that users add": {
    gateway: {
      ingress: {
        enabled: true,
        host: "shots.example.com",
        className: "nginx",
        tlsSecretName: "tls",
      },
      extraEnv: [{ name: "TZ", value: "UTC" }],
      podAnnotations: { a: "b" },
      podLabels: { team: "x" },
      nodeSelector: { disk: "ssd" },
      tolerations: [{ operator: "Exists" }],
      priorityClassName: "system-cluster-critical",
    },
    imagePullSecrets: [{ name: "registry" }],
    commonLabels: { owner: "platform" },
    networkPolicy: { metricsFrom: [{ namespaceSelector: {} }] },
    egress: { allowCIDRs: ["10.1.0.0/16:8080", "fd00::/8"], dnsServers: ["10.96.0.10"] },
    clusterDomain: "k8s.example.com",
    pools: { "two-b": { scaling: { mode: "External" }, replicas: 0 } },
    store: { endpoint: "http://minio.storage.svc:9000", secret: { name: "keys" } },
  },
};

test("helm lint finds nothing wrong", async () => {
  await run("helm", [
    "lint",
    chart,
    "--strict",
    "--kube-version",
    serverSource("kube-apiserver").version,
  ]);
});

test("the plain manifests are the rendered chart", async () => {
  await run(process.execPath, ["scripts/render-manifests.ts", "--check"]);
});

suite("a refusal by the schema or in a sentence", () => {
  const refused: [string, object, RegExp][] = [
    [
      "a negative number of replicas",
      { controller: { replicas: -1 } },
      /controller\/replicas.*minimum/s,
    ],
    [
      "a cluster domain with a dot at its end",
      { clusterDomain: "cluster.local." },
      /clusterDomain/,
    ],
    ["a misspelt key", { controler: {} }, /controler/],
    ["a misspelt key further down", { gateway: { replica: 2 } }, /replica/],
    ["a misspelt field of a pool", { pools: { big: { slotsPerPods: 2 } } }, /slotsPerPods/],
    ["a pool whose name is no DNS label", { pools: { A_B: {} } }, /A_B/],
    [
      "more slots than a pool may have",
      { pools: { big: { slotsPerPod: 99 } } },
      /slotsPerPod.*maximum/s,
    ],
    [
      "accounts beside the keys of the installation",
      { accountsNamespace: { name: namespace } },
      /accountsNamespace\.name: the gateway may read every Secret there/,
    ],
    [
      "accounts where users run jobs",
      { tenantNamespaces: ["marketing"], accountsNamespace: { name: "marketing" } },
      /accountsNamespace\.name: "marketing" is a namespace of jobs/,
    ],
    ["external NATS without a URL", { nats: { enabled: false } }, /nats\/external\/url/],
    [
      "a URL of another kind",
      { nats: { enabled: false, external: { url: "http://x" } } },
      /external\/url/,
    ],
    ["a cluster of two NATS servers", { nats: { replicas: 2 } }, /nats\/replicas/],
    [
      "an external store without keys",
      { store: { endpoint: "https://s3.example.com" } },
      /store\.secret\.name/,
    ],
    ["no store at all", { demoStore: { enabled: false } }, /store\.endpoint is empty/],
    ["an ingress without a host", { gateway: { ingress: { enabled: true } } }, /ingress\/host/],
    [
      "a forbidden address without a port",
      { worker: { forbiddenAddresses: ["10.0.0.1"] } },
      /forbiddenAddresses/,
    ],
    [
      "a storage class that cannot be one",
      { nats: { persistence: { storageClassName: "No_Class" } } },
      /storageClassName/,
    ],
  ];
  for (const [what, values, message] of refused)
    test(what, async () => {
      const { status, stderr } = await outcomeOfTemplate(values);
      assert.notEqual(status, 0);
      assert.match(stderr, message);
    });
});

suite("what is rendered", () => {
  for (const [what, values] of Object.entries(combinations))
    test(`agrees with the code: ${what}`, async () => {
      const manifests = await render(values);
      await assertSettingsAreRead(manifests);
      const pods = find(manifests, "ConfigMap", "stills-controller").data?.["worker-pods.yaml"];
      parseWorkerPodSettings(parse(pods ?? ""));
      parseSetupSettings(
        parse(find(manifests, "ConfigMap", "stills-setup").data?.["setup.yaml"] ?? ""),
      );
    });

  test("gives gateway and egress the time that they take to leave and to drain", async () => {
    const manifests = await render({
      gateway: { drainSeconds: 300, leaveSeconds: 20 },
      egress: { drainSeconds: 200, leaveSeconds: 10 },
    });
    const grace = (name: string): number =>
      find(manifests, "Deployment", name).spec?.template?.spec.terminationGracePeriodSeconds ?? 0;
    assert.ok(grace("stills-gateway") > 320);
    assert.ok(grace("stills-egress") > 210);
  });

  test("gives the gateway no right in the namespace of the release, and a key of the demo store that reads", async () => {
    const manifests = await render({});
    const roles = manifests.filter(
      ({ kind, metadata }) => kind === "Role" && metadata.name === "stills-gateway",
    );
    assert.deepEqual(
      roles.map(({ metadata }) => metadata.namespace),
      ["stills-accounts"],
    );
    assert.match(
      JSON.stringify(find(manifests, "Deployment", "stills-gateway")),
      /"stills-store-reader"/,
    );
    assert.doesNotMatch(
      JSON.stringify(find(manifests, "Deployment", "stills-gateway")),
      /"stills-store"/,
    );
    const policy = find(manifests, "ConfigMap", "stills-store").data?.["policy"] ?? "";
    const { Statement } = JSON.parse(policy) as {
      Statement: { Principal: unknown; Action: string[] }[];
    };
    assert.deepEqual(
      Statement.map(({ Principal, Action }) => [Principal, Action]),
      [
        ["*", ["s3:GetObject"]],
        [{ AWS: [readerAccessKeyID] }, ["s3:GetObject"]],
      ],
    );
  });

  test("lets controllers watch pods only where their addresses are asked for", async () => {
    const rulesFor = async (fromPods: boolean): Promise<string> => {
      const manifests = await render({ egress: { clusterRanges: { fromPods } } });
      return JSON.stringify(find(manifests, "ClusterRole", `stills-${namespace}-controller`));
    };
    assert.doesNotMatch(await rulesFor(false), /"pods"/);
    assert.match(await rulesFor(true), /"resources":\["pods"\],"verbs":\["list","watch"\]/);
  });

  test("turns the playground off by one value", async () => {
    const variable = (text: string): string | undefined =>
      /STILLS_GATEWAY_PLAYGROUND, value: "(\w+)"/.exec(text)?.[1];
    assert.equal(variable(await helmTemplate({})), "true");
    assert.equal(variable(await helmTemplate({ gateway: { playground: false } })), "false");
  });

  test("brings the servers that the tests use", async () => {
    const text = await helmTemplate({});
    assert.ok(text.includes(`image: nats:${serverSource("nats-server").version}\n`));
    assert.ok(text.includes(`image: versity/versitygw:v${serverSource("versitygw").version}\n`));
  });

  test("makes a single NATS server a Deployment, which Kubernetes replaces when its node is dead", async () => {
    const kindOf = async (nats: object): Promise<string> => {
      const workload = (await render({ nats })).find(
        ({ kind, metadata }) =>
          metadata.name === "stills-nats" && ["Deployment", "StatefulSet"].includes(kind),
      );
      return workload?.kind ?? "";
    };
    assert.equal(await kindOf({}), "Deployment");
    assert.equal(await kindOf({ replicas: 3 }), "StatefulSet");
    assert.equal(await kindOf({ persistence: { enabled: true } }), "StatefulSet");
    const text = await helmTemplate({});
    assert.match(text, /key: node\.kubernetes\.io\/unreachable\n.*\n +tolerationSeconds: 5\n/);
  });

  test("gives two releases of one name no object in common outside of their namespaces", async () => {
    const outside = async (release: string, space: string): Promise<string[]> =>
      (await render({ accountsNamespace: { name: `${space}-accounts` } }, release, space))
        .filter(({ kind, metadata }) => metadata.namespace !== space && kind !== "Namespace")
        .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""} ${metadata.name}`);
    const [one, two] = [await outside("stills", "one"), await outside("stills", "two")];
    assert.ok(one.length > 8);
    assert.deepEqual(
      one.filter((name) => two.includes(name)),
      [],
    );
  });

  test("names everything after the release", async () => {
    const manifests = await render({}, "shots");
    find(manifests, "Deployment", "shots-stills-gateway");
    const strays = manifests.filter(
      ({ kind, metadata }) =>
        !metadata.name.startsWith("shots-stills") &&
        !["Account", "BrowserPool", "Namespace"].includes(kind),
    );
    assert.deepEqual(
      strays.map(({ metadata }) => metadata.name),
      [],
    );
  });

  test("is a configuration that nats-server takes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stills-chart-"));
    try {
      for (const replicas of [1, 3]) {
        const manifests = await render({
          pools: { "two-b": {} },
          nats: { replicas, tls: { enabled: false } },
        });
        const file = join(folder, "nats.conf");
        await writeFile(
          file,
          find(manifests, "ConfigMap", "stills-nats").data?.["nats.conf"] ?? "",
        );
        const server = await findBinary("nats-server");
        const variables = [
          "POD_NAME=nats-0",
          "NATS_PASSWORD_CONTROLLER=p1",
          "NATS_PASSWORD_GATEWAY=p1",
          `NATS_CALLOUT_ISSUER=${generateCalloutKey().issuer}`,
        ];
        await run("env", [...variables, server, "-t", "-c", file]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("lets nobody into NATS by a password but the users that no controller is asked about", async () => {
    const manifests = await render({ pools: { another: {} } });
    const text = find(manifests, "ConfigMap", "stills-nats").data?.["nats.conf"] ?? "";
    const users = [...text.matchAll(/user: "([^"]+)"/g)].map(([, user]) => user);
    const [, named = ""] = /auth_users: \[([^\]]*)\]/.exec(text) ?? [];
    assert.deepEqual(users, ["controller", "gateway"]);
    assert.deepEqual(named.split(", "), users);
  });

  test("is taken by a real API server, field by field", async () => {
    await using kube = await startKubeAPI();
    const kubectl = async (words: string[], input?: string): Promise<string> =>
      await run(kube.kubectl, ["--kubeconfig", kube.kubeconfig, ...words], {
        ...(input !== undefined && { input }),
        limitSeconds: 120,
      });
    for (const name of [namespace, "stills-accounts", "screenshots", "marketing"])
      await kubectl(["create", "namespace", name]);
    // kube-controller-manager would create it; it does not run here.
    await kubectl(["create", "serviceaccount", "default", "-n", namespace]);
    await kubectl(["create", "serviceaccount", ofTestPod, "-n", namespace]);
    await kubectl(["apply", "--server-side", "-f", `${chart}/crds`]);
    await kubectl(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
    for (const values of Object.values(combinations)) {
      const text = await helmTemplate({ ...values });
      await kubectl(
        ["create", "--dry-run=server", "--validate=strict", "-f", "-"],
        withoutWhatIsThere(text),
      );
    }
  });
});

/** Each STILLS_ variable of a role's container is one that the role reads, by the table that is made from the code. */
async function assertSettingsAreRead(manifests: Manifest[]): Promise<void> {
  const rows = (await readFile("src/README.md", "utf8")).split("\n");
  const containers = manifests.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
  const set = containers.flatMap(({ args = [], env = [] }) =>
    env
      .filter(({ name }) => name.startsWith("STILLS_"))
      .map(({ name }) => ({ name, role: args[0] })),
  );
  assert.ok(set.length > 20);
  for (const { name, role = "?" } of set) {
    const readBy = rows.find((line) => line.startsWith(`| \`${name}\``))?.split("|")[2] ?? "";
    assert.ok(readBy.includes(role), `${role} does not read ${name}`);
  }
}

/** A pod is refused unless its account is there. */
const ofTestPod = "stills-smoke-test";

/** Namespaces, and the account of the one pod that is not made by a controller: what needs them could not be tried otherwise. */
function withoutWhatIsThere(text: string): string {
  const isThere = (document: Document): boolean =>
    document.get("kind") === "Namespace" ||
    (document.get("kind") === "ServiceAccount" &&
      document.getIn(["metadata", "name"]) === ofTestPod);
  return parseAllDocuments(text)
    .filter((document) => !isThere(document as Document))
    .map(String)
    .join("---\n");
}
