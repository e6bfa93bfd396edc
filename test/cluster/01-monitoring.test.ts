import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { anchorsOf } from "../conformance/markdown-anchors.ts";
import { metricCatalogue } from "../conformance/metric-catalogue.ts";
import { queryProblems } from "../conformance/query-problems.ts";
import { startKubeAPI } from "../support/servers.ts";
import { run } from "./support/command.ts";
import { monitoringCRDs } from "./support/monitoring-crds.ts";
import { find, helmTemplate, namespace, outcomeOfTemplate, render } from "./support/render.ts";
import type { Manifest } from "./support/render.ts";

/** Monitoring, autoscaling and API priority and fairness, rendered without a cluster. */

const everything = {
  autoscaling: {
    gateway: { enabled: true, minReplicas: 3, maxReplicas: 12, targetCPU: "600m" },
    egress: { enabled: true },
  },
  monitoring: {
    podMonitor: { enabled: true, labels: { release: "prometheus" }, interval: "15s" },
    prometheusRule: {
      enabled: true,
      labels: { release: "prometheus" },
      alertLabels: { team: "platform" },
      runbookURL: "https://runbooks.example.com/stills",
      oldestQueuedSeconds: 45,
      failureRatioPercent: 7,
      disabled: ["StillsThrottled"],
    },
    dashboard: { enabled: true, namespace: "grafana", annotations: { grafana_folder: "Platform" } },
  },
  flowSchema: { controllerShares: 30 },
};

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

function rulesOf(manifests: Manifest[]): Rule[] {
  const { spec } = find(manifests, "PrometheusRule", "stills");
  return (spec as unknown as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
}

const optional = [
  ...["PodMonitor", "PrometheusRule", "HorizontalPodAutoscaler"],
  ...["FlowSchema", "PriorityLevelConfiguration"],
];
const isOptional = ({ kind, metadata }: Manifest): boolean =>
  optional.includes(kind) || metadata.name === "stills-dashboard";

suite("what is on", () => {
  test("by default: API priority and fairness, and nothing that needs more than Kubernetes", async () => {
    const kinds = (await render({})).filter(isOptional).map(({ kind }) => kind);
    assert.deepEqual([...new Set(kinds)].toSorted(), ["FlowSchema", "PriorityLevelConfiguration"]);
  });

  test("by value: each of them, and none", async () => {
    const kinds = (await render(everything)).filter(isOptional).map(({ kind }) => kind);
    assert.deepEqual([...new Set(kinds)].toSorted(), [...optional, "ConfigMap"].toSorted());
    assert.deepEqual((await render({ flowSchema: { enabled: false } })).filter(isOptional), []);
  });
});

suite("autoscaling", () => {
  test("leaves out the number of replicas of what it scales, and only of that", async () => {
    const manifests = await render({ autoscaling: { egress: { enabled: true } } });
    const replicas = (component: string): unknown =>
      find(manifests, "Deployment", `stills-${component}`).spec?.["replicas"];
    assert.deepEqual(
      ["controller", "gateway", "egress"].map((component) => replicas(component)),
      [2, 2, undefined],
    );
  });

  test("scales the Deployment that there is", async () => {
    const manifests = await render(everything);
    for (const component of ["gateway", "egress"]) {
      const { spec } = find(manifests, "HorizontalPodAutoscaler", `stills-${component}`);
      const target = spec?.["scaleTargetRef"] as { kind: string; name: string };
      find(manifests, target.kind, target.name);
    }
  });
});

suite("monitoring", () => {
  test("reads the port that every role has", async () => {
    const manifests = await render(everything);
    const monitor = find(manifests, "PodMonitor", "stills").spec as unknown as {
      podMetricsEndpoints: { port: string }[];
      selector: { matchExpressions: { values: string[] }[] };
    };
    assert.equal(monitor.podMetricsEndpoints[0]?.port, "metrics");
    const selected = monitor.selector.matchExpressions[0]?.values ?? [];
    assert.deepEqual(selected.toSorted(), ["controller", "egress", "gateway", "worker"]);
    for (const component of selected.filter((one) => one !== "worker")) {
      const pod = find(manifests, "Deployment", `stills-${component}`).spec?.template?.spec;
      const ports = (pod?.containers[0] as { ports?: { name: string }[] } | undefined)?.ports ?? [];
      assert.ok(
        ports.some(({ name }) => name === "metrics"),
        component,
      );
    }
  });

  test("fills in every alert, and leaves out those that are not wanted", async () => {
    const catalogue = await metricCatalogue();
    const anchors = anchorsOf(await readFile("deploy/runbook.md", "utf8"));
    const all = rulesOf(await render({ monitoring: { prometheusRule: { enabled: true } } }));
    const rules = rulesOf(await render(everything));
    assert.equal(rules.length, all.length - 1);
    for (const { alert, expr, labels, annotations } of rules) {
      assert.deepEqual(queryProblems(expr, catalogue), [], alert);
      assert.ok(expr.includes(`namespace="${namespace}"`), alert);
      assert.equal(labels["team"], "platform");
      const [page, anchor = ""] = (annotations["runbook_url"] ?? "").split("#");
      assert.equal(page, "https://runbooks.example.com/stills");
      assert.ok(anchors.includes(anchor), anchor);
    }
    const exprOf = (name: string) => rules.find(({ alert }) => alert === name)?.expr ?? "";
    assert.match(exprOf("StillsQueueTooOld"), /> 45$/);
    assert.match(exprOf("StillsJobsFailing"), /> 7 and /);
    assert.match(exprOf("StillsTargetDown"), /job="stills"/);
  });

  test("brings the dashboard to where Grafana looks, whole", async () => {
    const manifests = await render(everything);
    const { data, metadata } = find(manifests, "ConfigMap", "stills-dashboard");
    assert.equal(metadata.namespace, "grafana");
    assert.equal(metadata.labels["grafana_dashboard"], "1");
    assert.deepEqual(
      JSON.parse(data?.["stills.json"] ?? ""),
      JSON.parse(await readFile("charts/stills/files/dashboard.json", "utf8")),
    );
  });
});

suite("a refusal of", () => {
  const refused: [string, object, RegExp][] = [
    ["a misspelt key", { monitoring: { podMonitors: {} } }, /podMonitors/],
    [
      "a misspelt key of an alert's value",
      { monitoring: { prometheusRule: { oldestQueued: 1 } } },
      /oldestQueued/,
    ],
    [
      "a negative number of pods",
      { autoscaling: { gateway: { minReplicas: -1 } } },
      /gateway\/minReplicas.*minimum/s,
    ],
    [
      "fewer pods at most than at least",
      { autoscaling: { egress: { enabled: true, minReplicas: 20 } } },
      /autoscaling\.egress: minReplicas \(20\) is more than maxReplicas \(10\)/,
    ],
    [
      "an amount of CPU that is none",
      { autoscaling: { gateway: { targetCPU: "80%" } } },
      /targetCPU/,
    ],
    ["shares below one", { flowSchema: { gatewayShares: 0 } }, /gatewayShares.*minimum/s],
    [
      "a negative limit",
      { monitoring: { prometheusRule: { oldestQueuedSeconds: -5 } } },
      /oldestQueuedSeconds.*minimum/s,
    ],
    [
      "an alert that is not there",
      { monitoring: { prometheusRule: { enabled: true, disabled: ["StillsAsleep"] } } },
      /there is no alert StillsAsleep; there are StillsTargetDown, /,
    ],
    [
      "an interval without a unit",
      { monitoring: { podMonitor: { interval: "30" } } },
      /podMonitor\/interval/,
    ],
  ];
  for (const [what, values, message] of refused)
    test(what, async () => {
      const { status, stderr } = await outcomeOfTemplate(values);
      assert.notEqual(status, 0);
      assert.match(stderr, message);
    });
});

test("all of it is taken by a real API server, field by field", async () => {
  await using kube = await startKubeAPI();
  const kubectl = async (words: string[], input?: string): Promise<string> =>
    await run(kube.kubectl, ["--kubeconfig", kube.kubeconfig, ...words], {
      ...(input !== undefined && { input }),
    });
  for (const name of [namespace, "grafana"]) await kubectl(["create", "namespace", name]);
  await kubectl(["apply", "--server-side", "-f", "-"], monitoringCRDs());
  await kubectl(["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]);
  for (const values of [{}, everything]) {
    const wanted = (await helmTemplate(values))
      .split(/^---$/m)
      .filter((text) => isOptional((parse(text) as Manifest | null) ?? emptyManifest));
    const answer = await kubectl(
      ["create", "--dry-run=server", "--validate=strict", "-f", "-"],
      wanted.join("\n---\n"),
    );
    assert.equal(answer.trim().split("\n").length, wanted.length);
  }
});

const emptyManifest: Manifest = { apiVersion: "", kind: "", metadata: { name: "", labels: {} } };
