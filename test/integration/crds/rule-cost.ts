import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { parse } from "yaml";

import type { CRDWorld } from "./crd-world.ts";

export function ruleCost(world: () => CRDWorld): void {
  test("the cost of the rules leaves room: texts and lists may double", async () => {
    for (const file of await readdir("crds")) {
      if (!file.endsWith(".yaml")) continue;
      const crd = parse(await readFile(join("crds", file), "utf8")) as {
        metadata: { name: string };
      };
      const accepted = await world().transport.request<{ metadata: { name: string } }>({
        method: "PATCH",
        path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`,
        query: { dryRun: "All" },
        contentType: "application/merge-patch+json",
        body: withBounds(crd, 2),
      });
      assert.equal(accepted.metadata.name, crd.metadata.name);
    }
  });
}

/** A copy in which every bound on which the server's cost estimate rests is `factor` times as large. */
function withBounds(value: unknown, factor: number): unknown {
  if (Array.isArray(value)) return value.map((one) => withBounds(one, factor));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      ["maxLength", "maxItems", "maxProperties"].includes(key)
        ? Number(inner) * factor
        : withBounds(inner, factor),
    ]),
  );
}
