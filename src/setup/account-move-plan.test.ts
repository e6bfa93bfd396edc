import assert from "node:assert/strict";
import { test } from "node:test";
import { isRolledOut, metadataOfCopy, reasonToKeep, secretNamesOf } from "./account-move-plan.ts";

test("an account names its keys and those of its bucket, which may be the same Secret", () => {
  const spec = { namespace: "marketing", poolName: "default", credentialsSecretRef: { name: "a" } };
  const withBucket = (name: string) =>
    secretNamesOf({ spec: { ...spec, storage: { credentialsSecretRef: { name } } } } as never);
  assert.deepEqual(secretNamesOf({ spec } as never), ["a"]);
  assert.deepEqual(withBucket("b"), ["a", "b"]);
  assert.deepEqual(withBucket("a"), ["a"]);
});

test("a copy keeps labels and Helm's annotations, and nothing that names the old place", () => {
  const metadata = {
    ...{ namespace: "stills-system", name: "acme", uid: "u", resourceVersion: "7", generation: 3 },
    labels: { "app.kubernetes.io/managed-by": "Helm" },
    annotations: {
      "meta.helm.sh/release-name": "stills",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    },
    ownerReferences: [{ kind: "ExternalSecret", name: "acme", uid: "o" }],
  };
  assert.deepEqual(metadataOfCopy({ metadata }, "stills-accounts"), {
    namespace: "stills-accounts",
    name: "acme",
    labels: { "app.kubernetes.io/managed-by": "Helm" },
    annotations: { "meta.helm.sh/release-name": "stills" },
  });
});

test("a Secret goes only if its copy has the same values and nobody else keeps it", () => {
  const metadata = { name: "acme" };
  const data = { accessKey: "a", secretKey: "b" };
  const owned = { ...metadata, ownerReferences: [{ uid: "o" }] };
  assert.equal(reasonToKeep({ metadata, data }, { metadata, data: { ...data } }), undefined);
  assert.match(reasonToKeep({ metadata, data }, undefined) ?? "", /no copy/);
  assert.match(
    reasonToKeep({ metadata, data }, { metadata, data: { ...data, secretKey: "c" } }) ?? "",
    /other values/,
  );
  assert.match(reasonToKeep({ metadata: owned, data }, { metadata, data }) ?? "", /owns/);
});

test("a Deployment is rolled out when its controller has seen the template and every pod is of it", () => {
  const rollout = (generation: number, status: object) =>
    isRolledOut({ metadata: { generation }, spec: { replicas: 2 }, status });
  const done = { observedGeneration: 4, replicas: 2, updatedReplicas: 2 };
  assert.equal(rollout(4, done), true);
  assert.equal(rollout(5, done), false, "the controller has not seen the new template");
  assert.equal(rollout(4, { ...done, replicas: 3 }), false, "an old pod is left");
  assert.equal(rollout(4, { ...done, replicas: 1, updatedReplicas: 1 }), false, "one is to come");
  assert.equal(isRolledOut({ metadata: { generation: 1 } }), false);
});
