import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserPool } from "../../src/api/kinds/resource-types.ts";
import { eventually } from "../support/eventually.ts";
import { summaryOf, applyJobs, jobs } from "./support/jobs.ts";
import { apply, get, kubectl, list } from "./support/kubectl.ts";
import {
  ensureRelease,
  helm,
  merged,
  names,
  operatorNamespace,
  releaseName,
  testValues,
} from "./support/release.ts";
import type { Values } from "./support/release.ts";
import { siteURL } from "./support/stage.ts";

/** Workers that must not or cannot work take no job, and `kubectl get browserpools` says why. */

before(ensureRelease);
after(ensureRelease);

const cases: { name: string; values: Values; reason: string; message: RegExp }[] = [
  {
    name: "the network keeps workers from nothing",
    values: { networkPolicy: { enabled: false } },
    reason: "NetworkPolicyMissing",
    message: /NetworkPolicy/,
  },
  {
    name: "the seccomp profile forbids Chromium's sandbox",
    values: { seccomp: { type: "RuntimeDefault" } },
    reason: "SandboxUnavailable",
    message: /sandbox/,
  },
  {
    name: "the profile is not on the node",
    values: { seccomp: { profile: "stills/absent.json", installer: { enabled: false } } },
    reason: "ContainerNotCreated",
    message: /stills\/absent\.json/,
  },
  {
    name: "there is no such image",
    values: { worker: { image: { tag: "no-such-tag", pullPolicy: "Never" } } },
    reason: "ImagePullFailed",
    message: /no-such-tag/,
  },
];

for (const { name, values, reason, message } of cases)
  test(`${name}: ${reason}`, async () => {
    await helm(["upgrade", releaseName, "charts/stills"], {
      values: merged(await testValues(), values),
    });
    const rollout = ["rollout", "status", `deployment/${names.controller}`, "--timeout=240s"];
    await kubectl(...rollout, "-n", operatorNamespace);
    await recreatePools();
    const job = reason.toLowerCase();
    await applyJobs({ [job]: { url: await siteURL("/page") } });
    const ready = await eventually(
      `the pool says ${reason}`,
      async () => {
        const { status } = await get<BrowserPool>("browserpool", "default", operatorNamespace);
        const condition = status?.conditions?.find(({ type }) => type === "Ready");
        return condition?.reason === reason && condition;
      },
      { limitSeconds: 240, pauseMilliseconds: 1000 },
    );
    assert.equal(ready.status, "False");
    assert.match(ready.message, message);
    // Pods that come and go on the way there may have the pool say something else for a moment.
    const line = new RegExp(`^default +False +${reason} `, "m");
    await eventually(
      "the table says so",
      async () =>
        line.test(await kubectl("get", "browserpools", "default", "-n", operatorNamespace)),
      { limitSeconds: 240, pauseMilliseconds: 1000 },
    );
    const waiting = (await jobs()).find(({ metadata }) => metadata.name === job)!;
    assert.notEqual(summaryOf(waiting)?.status, "True");
    assert.equal(waiting.status?.attempts ?? 0, 0, "no worker took it");
  });

/** Worker pods of the old settings would go on working, since a rollout waits until a new pod is ready. */
async function recreatePools(): Promise<void> {
  const pools = await list<BrowserPool>("browserpool", { namespace: operatorNamespace });
  await kubectl("delete", "browserpools", "--all", "-n", operatorNamespace, "--timeout=180s");
  await apply(
    ...pools.map(
      ({ apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec }) => ({
        ...{ apiVersion, kind, spec },
        metadata: { name, namespace, labels, annotations },
      }),
    ),
  );
}
