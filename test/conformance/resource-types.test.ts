import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";

import { parse } from "yaml";

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

const source = ["src/api/kinds/resource-types.ts", "src/api/options/capture-spec.generated.ts"]
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

/** The names of an interface's members, from our own formatted source. */
function membersOf(name: string): string[] {
  const body = new RegExp(
    `export interface ${name} (?:extends [\\w, ]+ )?\\{\\n([^]*?)\\n?\\}\\n`,
  ).exec(source)?.[1];
  assert.ok(body !== undefined, `there is no interface ${name}`);
  return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map((match) => match[1] ?? "");
}

function schemaAt(plural: string, place: string): Schema {
  const crd = parse(readFileSync(`crds/stills.dev_${plural}.yaml`, "utf8")) as {
    spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
  };
  const found = place
    .split(".")
    .reduce<Schema | undefined>(
      (schema, name) => (name === "[]" ? schema?.items : schema?.properties?.[name]),
      crd.spec.versions[0]?.schema.openAPIV3Schema,
    );
  assert.ok(found !== undefined, `${plural} has no ${place}`);
  return found;
}

const pairs: [plural: string, place: string, interfaces: string[]][] = [
  ["screenshotjobs", "spec", ["CaptureSpec", "JobControlSpec"]],
  ["screenshotjobs", "spec.storage", ["StorageSpec"]],
  ["screenshotjobs", "spec.webhook", ["WebhookSpec"]],
  ["screenshotjobs", "spec.webhook.signingSecretRef", ["SecretKeyRef"]],
  ["screenshotjobs", "status", ["ScreenshotJobStatus"]],
  ["screenshotjobs", "status.artifact", ["Artifact"]],
  ["screenshotjobs", "status.conditions.[]", ["Condition"]],
  ["browserpools", "spec", ["BrowserPoolSpec"]],
  ["browserpools", "spec.pod", ["PoolPodSpec"]],
  ["browserpools", "status", ["BrowserPoolStatus"]],
  ["accounts", "spec", ["AccountSpec"]],
];

suite("the types of the resources have the fields of the CRDs", () => {
  for (const [plural, place, interfaces] of pairs)
    test(`${interfaces.join(" and ")}: ${plural} ${place}`, () => {
      const members = interfaces.flatMap(membersOf).toSorted();
      const fields = Object.keys(schemaAt(plural, place).properties ?? {}).toSorted();
      assert.deepEqual(members, fields);
    });
});
