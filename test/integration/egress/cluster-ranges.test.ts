import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { isInNetworkNamespace, runInNetworkNamespace } from "../../support/network-namespace.ts";
import { Canary } from "./canary.ts";
import { aToken, RunningEgress } from "./egress-fixture.ts";
import { fetchThroughProxy } from "./proxy-client.ts";

/** A cluster whose pods and nodes have public addresses: a service of the cluster answers at them. */
const pod = "93.184.216.34";
const pod6 = "2606:4700:4700::1111";
const outside = "93.184.217.34";
/** As if other machines of the cluster had them. */
const elsewhere = { has: () => false, hasPublicIPv6: () => true };
const reachable = 'stills_egress_cluster_problem{problem="PodReachable"}';
const notHeard = 'stills_egress_cluster_problem{problem="NotHeard"}';

if (isInNetworkNamespace()) defineTests();
else
  test("the cluster's own public addresses, in a network namespace that has them", async () => {
    await runInNetworkNamespace(import.meta.filename, [pod, pod6, outside]);
  });

function defineTests(): void {
  let folder: string;
  let rangesPath: string;
  let canary: Canary;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "stills-test-ranges-"));
    rangesPath = join(folder, "ranges");
    canary = await Canary.start({ host: "::" });
  });

  after(async () => {
    await canary[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a page gets from an address: the canary's answer, or the reason of a refusal. */
  async function visit(egress: RunningEgress, host: string): Promise<string | undefined> {
    const url = `http://${host}:${canary.port}/`;
    const answer = await fetchThroughProxy(url, { port: egress.port, token: aToken() });
    return answer.reason ?? answer.body;
  }

  const startEgress = (allow: string[] = []): Promise<RunningEgress> =>
    RunningEgress.start({
      allow,
      interfaceAddresses: elsewhere,
      cluster: { rangesPath, podAddresses: [pod, pod6] },
    });

  test("are reached until a controller has told them, which is said; then they are refused, and nothing else is", async () => {
    await using egress = await startEgress();
    for (const host of [pod, `[${pod6}]`, outside])
      assert.equal(await visit(egress, host), "canary", host);
    await eventually("the proof has failed", async () => (await egress.metric(reachable)) === 1);
    assert.equal(await egress.metric(notHeard), 1);
    assert.match(egress.logLines.join(""), /Pages may visit pods of this cluster/);

    await writeFile(rangesPath, "93.184.216.0/24\n2606:4700:4700:0:0:0:0:0/48\n");
    await eventually("the pods are refused", async () => {
      const answers = [await visit(egress, pod), await visit(egress, `[${pod6}]`)];
      return answers.every((answer) => answer === "TargetNotAllowed");
    });
    assert.equal(await visit(egress, outside), "canary");
    assert.equal(await visit(egress, `[::ffff:${pod}]`), "TargetNotAllowed");
    assert.equal(await visit(egress, `[64:ff9b::${pod}]`), "TargetNotAllowed");
    await eventually("the proof holds", async () => (await egress.metric(reachable)) === 0);
    assert.equal(await egress.metric(notHeard), 0);
  });

  test("are refused from the first connection on where they are known, and stay so when the file is broken", async () => {
    await writeFile(rangesPath, "93.184.216.0/24\n");
    await using egress = await startEgress();
    assert.equal(await visit(egress, pod), "TargetNotAllowed");
    await writeFile(rangesPath, "not a range\n");
    await eventually("it is said", () => /not understood/.test(egress.logLines.join("")));
    assert.equal(await visit(egress, pod), "TargetNotAllowed");
  });

  test("a range without the pods is no proof", async () => {
    await writeFile(rangesPath, "93.184.216.0/24\n");
    await using egress = await startEgress();
    await eventually("the proof has failed", async () => (await egress.metric(reachable)) === 1);
    assert.equal(await egress.metric(notHeard), 0);
    assert.ok(egress.logLines.join("").includes(`"podAddresses":"${pod6}"`));
  });

  test("what the operator allows is allowed on purpose", async () => {
    await writeFile(rangesPath, "93.184.216.0/24\n2606:4700:4700:0:0:0:0:0/48\n");
    await using egress = await startEgress([pod]);
    assert.equal(await visit(egress, pod), "canary");
    assert.equal(await visit(egress, `[${pod6}]`), "TargetNotAllowed");
    await eventually("the proof holds", async () => (await egress.metric(reachable)) === 0);
  });
}
