import assert from "node:assert/strict";
import { suite, test } from "node:test";

import type { CRDWorld } from "./crd-world.ts";
import { anObject, refusalOf } from "./crd-world.ts";

export function poolsAndAccounts(world: () => CRDWorld): void {
  suite("a pool and an account", () => {
    test("get their defaults", async () => {
      const pool = await world().create(anObject("BrowserPool", "defaults", {}));
      assert.deepEqual(pool.spec, {
        slotsPerPod: 2,
        scaling: { mode: "Internal", minReplicas: 1, maxReplicas: 10, targetQueueSeconds: 10 },
        replicas: 1,
        browser: {
          engine: "HeadlessShell",
          sandbox: "Required",
          recycleAfterCaptures: 200,
          recycleAfterSeconds: 1800,
        },
      });
      const required = { namespace: "shop", credentialsSecretRef: { name: "shop" } };
      const account = await world().create(anObject("Account", "defaults", required));
      assert.deepEqual(account.spec, {
        ...required,
        poolName: "default",
        requireSignature: false,
        suspended: false,
      });
    });

    test("are refused with a sentence", async () => {
      const pool = (name: string, spec: Record<string, unknown>) =>
        refusalOf(world().create(anObject("BrowserPool", name, spec), { dryRun: true }));
      const scaling = { minReplicas: 5, maxReplicas: 4 };
      assert.match(
        (await pool("a", { scaling })) ?? "",
        /spec\.scaling\.minReplicas: Invalid value: must be at most `scaling\.maxReplicas` \(10 unless given\)/,
      );
      assert.match(
        (await pool("a.b", {})) ?? "",
        /must have a name \(`metadata\.name`\) of at most 63 small letters/,
      );
      assert.match((await pool("a".repeat(64), {})) ?? "", /must have a name/);
      assert.match(
        (await pool("a", { slotsPerPod: 17 })) ?? "",
        /spec\.slotsPerPod.*less than or equal to 16/,
      );
      assert.match(
        (await pool("a", { pod: { hostNetwork: true } })) ?? "",
        /unknown field "spec\.pod\.hostNetwork"/,
      );
      const account = (spec: Record<string, unknown>) =>
        refusalOf(world().create(anObject("Account", "a", spec), { dryRun: true }));
      const named = { namespace: "shop", credentialsSecretRef: { name: "shop" } };
      assert.match((await account({})) ?? "", /spec\.namespace: Required value/);
      assert.match(
        (await account({ ...named, storage: { bucket: "acme" } })) ?? "",
        /spec\.storage\.bucket.*must come with `credentialsSecretRef`/,
      );
      const storage = { bucket: "acme", credentialsSecretRef: { name: "bucket" } };
      assert.equal(await account({ ...named, storage }), undefined);
      assert.match(
        (await account({ ...named, storage: { ...storage, class: "Glacier" } })) ?? "",
        /unknown field "spec\.storage\.class"/,
      );
      assert.match(
        (await account({ ...named, targets: { allow: ["https://a"] } })) ?? "",
        /must be a host name in small letters/,
      );
    });

    test("let a pod be shaped as Kubernetes words it", async () => {
      const file = "test/integration/crds/shaped-pool.yaml";
      const { ok, text } = await world().kubectl(["apply", "--dry-run=server", "-f", file]);
      assert.ok(ok, text);
    });

    test("show what a person looks for", async () => {
      await world().create(anObject("BrowserPool", "shown", {}));
      const { text } = await world().kubectl(["get", "pools", "shown", "-o", "wide"]);
      assert.match(
        text,
        /^NAME\s+READY\s+REASON\s+REPLICAS\s+RUNNING\s+SLOTS\s+BUSY\s+QUEUED\s+AGE\s+MESSAGE\s+ENGINE\s+SANDBOX\nshown .*HeadlessShell\s+Required\n$/,
      );
      const required = { namespace: "shop", credentialsSecretRef: { name: "shop" } };
      await world().create(anObject("Account", "shown", required));
      const account = await world().kubectl(["get", "accounts", "shown"]);
      assert.match(account.text, /^NAME\s+READY\s+REASON\s+NAMESPACE\s+USED\s+AGE\nshown\s+shop\s/);
    });

    test("scale through the scale subresource", async () => {
      const pool = await world().create(anObject("BrowserPool", "scaled", {}));
      const { ok, text } = await world().kubectl(["scale", "pool/scaled", "--replicas=4"]);
      assert.ok(ok, text);
      const { spec } = await world().mergePatch(pool, {});
      assert.equal(spec["replicas"], 4);
    });
  });
}
