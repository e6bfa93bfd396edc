import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { kubectl, list } from "./support/kubectl.ts";
import type { KubeObject } from "./support/kubectl.ts";
import {
  accountsNamespace,
  ensureRelease,
  helm,
  operatorNamespace,
  releaseName,
} from "./support/release.ts";
import { clearStage } from "./support/stage.ts";

/** After `helm uninstall` only what the chart documents remains: CRDs, the Secrets of the setup job, volumes. */

const stays =
  /^secret\/stills-|^persistentvolumeclaim\/|^configmap\/kube-root-ca|^serviceaccount\/default$/;

test("uninstall leaves only what it documents", async (t) => {
  await ensureRelease();
  t.diagnostic(await helm(["uninstall", releaseName, "--wait"]));

  let surprising: string[] = [];
  // Pods end at their pace, and what belongs to an object that is gone is collected after it.
  const left = await eventually(
    "what is to go has gone",
    async () => {
      const objects = await namespaced();
      surprising = objects.filter((name) => !stays.test(name));
      return surprising.length === 0 && objects;
    },
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  ).catch((err: unknown) => {
    throw new Error(`There still is ${surprising.join(", ")}`, { cause: err });
  });
  assert.ok(left.some((name) => name.startsWith("secret/stills-")));
  // Keys of customers; the chart's own account is gone, and so are the rights there.
  assert.deepEqual(
    (await namespaced(accountsNamespace)).filter(
      (name) => !/^(configmap|serviceaccount)\//.test(name),
    ),
    ["secret/stills-account-default"],
  );

  const selector = `app.kubernetes.io/instance=${releaseName}`;
  const kinds =
    "clusterrole,clusterrolebinding,priorityclass,flowschema,prioritylevelconfiguration";
  assert.deepEqual(
    (await list<KubeObject>(kinds, { selector })).map(({ metadata }) => metadata.name),
    [],
  );
  const crds = (await kubectl("get", "crd", "-o", "name")).split("\n");
  for (const plural of ["screenshotjobs", "browserpools", "accounts"])
    assert.ok(
      crds.some((name) => name.endsWith(`/${plural}.stills.dev`)),
      plural,
    );
});

test("the tests leave nothing behind", async () => {
  await clearStage();
  for (const name of [operatorNamespace, accountsNamespace]) {
    await kubectl("delete", "namespace", name, "--timeout=180s");
    assert.equal(await kubectl("get", "namespace", name, "--ignore-not-found"), "");
  }
});

/** Everything in a namespace, as kubectl names it; Events and what Kubernetes itself keeps aside. */
async function namespaced(namespace = operatorNamespace): Promise<string[]> {
  const kinds = (await kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name"))
    .split("\n")
    .filter((kind) => kind !== "" && !/^(events|endpoints|endpointslices|leases)\b/.test(kind));
  const text = await kubectl("get", kinds.join(","), "-n", namespace, "-o", "name");
  return text.split("\n").filter((line) => line !== "");
}
