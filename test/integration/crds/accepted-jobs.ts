import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";

import { parse } from "yaml";

import { captureDefaults } from "../../../src/api/options/capture-spec.generated.ts";
import type { CRDWorld, TestObject } from "./crd-world.ts";
import { aJob } from "./crd-world.ts";
import { defaultsOfEverySpec } from "../../support/capture-spec.ts";
import { acceptedOptions, aSealedField } from "./option-rules.ts";
import { url } from "./statuses.ts";

/** What the server makes of a spec that says only what to capture. */
const { fullPage, element, clip } = captureDefaults;
const controlDefaults = {
  className: "stills",
  poolName: "default",
  backoffLimit: 3,
  activeDeadlineSeconds: 120,
};

export function acceptedJobs(world: () => CRDWorld): void {
  suite("a job that is accepted", () => {
    test("gets the defaults of the catalogue when it says only what to capture", async () => {
      const { spec } = await world().create(aJob("minimal", { url }), { dryRun: true });
      assert.deepEqual(spec, { url, ...defaultsOfEverySpec, ...controlDefaults });
    });

    test("gets the defaults inside an object that it opens", async () => {
      const full = { url, extent: "FullPage", fullPage: {} };
      const one = { url, extent: "Element", element: { selector: "h1" } };
      const cut = { url, clip: { widthPixels: 10, heightPixels: 20 } };
      const specOf = async (spec: object) =>
        (await world().create(aJob("opened", { ...spec }), { dryRun: true })).spec;
      assert.deepEqual((await specOf(full))["fullPage"], fullPage);
      assert.deepEqual((await specOf(one))["element"], { selector: "h1", ...element });
      assert.deepEqual((await specOf(cut))["clip"], { widthPixels: 10, heightPixels: 20, ...clip });
      const wide = await specOf({ url, viewport: { widthPixels: 1600 } });
      assert.deepEqual(wide["viewport"], { ...captureDefaults.viewport, widthPixels: 1600 });
    });

    const accepted: Record<string, Record<string, unknown>> = {
      ...acceptedOptions,
      "an address in capitals": { url: "HTTPS://Example.com" },
      "an address with port, query and fragment": { url: "http://[2001:db8::1]:8080/a?b=c@d#e" },
      "the longest address": { url: `https://example.com/${"a".repeat(4096 - 20)}` },
      "the longest document": { html: "ü".repeat(8192) },
      "as much text as may be": {
        html: "a".repeat(16_284),
        scripts: ["b".repeat(40), "c".repeat(60)],
      },
      "a script and a style sheet by digest": {
        url,
        scriptRef: { digest: `sha256:${"a".repeat(64)}` },
        styleRef: { digest: `sha256:${"b".repeat(64)}` },
      },
      "uploaded content": {
        contentRef: { digest: `sha256:${"a".repeat(64)}`, mediaType: "text/markdown" },
      },
      "a path with every allowed character": { url, storage: { path: "Az09!_.*'() -/b..c/...d" } },
      "the longest path": { url, storage: { path: "a".repeat(512) } },
      "a tenant's bucket": {
        url,
        storage: {
          path: "a",
          bucket: "acme-shots",
          endpoint: "http://127.0.0.1:9000/",
          region: "eu-west-1",
          credentialsSecretRef: { name: "my-bucket" },
        },
      },
      "a bucket with sealed keys": {
        url,
        storage: {
          path: "a",
          bucket: "acme-shots",
          sealedKeys: true,
          class: "StandardIA",
          acl: "PublicRead",
        },
        sealed: [aSealedField({ field: "StorageKeys" })],
      },
      "a bucket of an account, on a service with a path": {
        url,
        storage: {
          path: "a",
          bucket: "acme-shots",
          endpoint: "https://acme.example.com/storage/v1/s3",
          accountName: "acme",
        },
      },
      "short limits that fit into each other": {
        url,
        activeDeadlineSeconds: 10,
        captureTimeoutSeconds: 10,
        navigationTimeoutSeconds: 10,
        startDeadlineSeconds: 10,
        wait: { delaySeconds: 10 },
      },
      "a short limit around longer ones, which it cuts off": {
        url,
        activeDeadlineSeconds: 5,
        captureTimeoutSeconds: 10,
      },
      "every event": {
        url,
        wait: { until: ["Load", "DOMContentLoaded", "NetworkIdle0", "NetworkIdle2"] },
      },
      "everything as often as may be": {
        markdown: "a".repeat(1024),
        scripts: Array<string>(4).fill("a".repeat(1024)),
        styles: Array<string>(4).fill("a".repeat(1024)),
        hideSelectors: Array.from({ length: 64 }, (_, n) => `${"a".repeat(60)}${n}`),
        wait: { selector: "a".repeat(1024) },
      },
    };
    for (const [what, spec] of Object.entries(accepted))
      test(`may have ${what}`, async () => {
        const job = await world().create(aJob("accepted", spec), { dryRun: true });
        for (const field of Object.keys(spec)) assert.ok(field in job.spec, field);
      });

    test("is any of the samples of deploy/samples", async () => {
      await world().createNamespace("marketing");
      const files = await readdir("deploy/samples");
      assert.ok(files.length >= 3);
      for (const file of files) {
        const { ok, text } = await world().kubectl(["apply", "-f", join("deploy/samples", file)]);
        assert.ok(ok, text);
        const sample = parse(await readFile(join("deploy/samples", file), "utf8")) as TestObject;
        assert.match(text, new RegExp(`/${sample.metadata.name} created`));
      }
    });
  });
}
