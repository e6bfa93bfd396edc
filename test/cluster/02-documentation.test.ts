import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { parse, stringify } from "yaml";
import { workerPodSpec } from "../../src/controller/pools/worker-pod-spec.ts";
import { parseWorkerPodSettings } from "../../src/api/settings/worker-pod-settings.ts";
import { startKubeAPI } from "../support/servers.ts";
import { outcomeOf, run } from "./support/command.ts";
import { find, namespace, render } from "./support/render.ts";
import type { Manifest } from "./support/render.ts";

/** The pages in deploy describe the chart correctly. */

const install = await readFile("deploy/install.md", "utf8");

/** The blocks that are files of values, each with the heading it stands below. */
function valueBlocks(page: string): { heading: string; text: string }[] {
  const heading = (index: number): string =>
    [...page.slice(0, index).matchAll(/^##+ (.+)$/gm)].at(-1)?.[1] ?? "";
  return [...page.matchAll(/^( *)```yaml\n\1# values\n([\s\S]*?)^\1```$/gm)].map((match) => ({
    heading: heading(match.index),
    text: match[2] ?? "",
  }));
}

suite("install.md", () => {
  const blocks = valueBlocks(install);

  test("has values to copy", () => {
    assert.ok(blocks.length > 6);
  });

  for (const [index, { heading, text }] of blocks.entries())
    test(`values ${index + 1} (${heading}) are taken by the chart`, async () => {
      const manifests = await render(parse(text) as object);
      find(manifests, "Deployment", "stills-controller");
    });
});

test("everything but the DaemonSet fits the Pod Security level `restricted`", async () => {
  await using kube = await startKubeAPI();
  const kubectl = async (words: string[], input: string): Promise<string> => {
    const outcome = await outcomeOf(kube.kubectl, ["--kubeconfig", kube.kubeconfig, ...words], {
      input,
    });
    assert.equal(outcome.status, 0, outcome.stderr);
    return outcome.stderr;
  };
  const label = "pod-security.kubernetes.io/warn";
  await kubectl(
    ["create", "-f", "-"],
    stringify({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { [label]: "restricted" } },
    }),
  );
  const manifests = await render({});
  const workloads = manifests.filter(({ kind }) =>
    ["Deployment", "StatefulSet", "DaemonSet", "Job"].includes(kind),
  );
  assert.ok(workloads.length > 6);
  for (const workload of [...workloads, workerDeployment(manifests)]) {
    const said = await kubectl(["create", "--dry-run=server", "-f", "-"], stringify(workload));
    if (workload.kind === "DaemonSet") assert.match(said, /would violate PodSecurity/);
    else assert.equal(said, "", `${workload.kind} ${workload.metadata.name}`);
  }
});

test("the plain manifests and the chart have no image that the README does not name", async () => {
  const images = (await run("grep", ["-hoE", "image: [^ ]+", "deploy/stills.yaml"]))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^image: (?:ghcr\.io\/stills-dev\/)?([^:]+):.*$/, "$1"));
  for (const image of new Set(images)) assert.ok(install.includes(`\`${image}\``), image);
});

/** As the controller makes it from the chart's settings. */
function workerDeployment(manifests: Manifest[]): Manifest {
  const text = find(manifests, "ConfigMap", "stills-controller").data?.["worker-pods.yaml"] ?? "";
  const browser = {
    engine: "HeadlessShell",
    sandbox: "Required",
    recycleAfterCaptures: 200,
    recycleAfterSeconds: 1800,
  } as const;
  const spec = workerPodSpec({
    pool: "default",
    spec: {
      slotsPerPod: 2,
      replicas: 1,
      scaling: { mode: "Internal", minReplicas: 0, maxReplicas: 1, targetQueueSeconds: 10 },
      browser,
    },
    settings: parseWorkerPodSettings(parse(text)),
    hostAliases: [],
  });
  const labels = { app: "worker" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "stills-pool-default", namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: spec as never },
    } as never,
  };
}
