import assert from "node:assert/strict";
import { test } from "node:test";
import { EnvReader } from "../platform/process/env.ts";
import { readLocalConfig } from "./config.ts";

test("the defaults are a folder in the project and two workers", () => {
  const config = readLocalConfig(new EnvReader({}), []);
  assert.match(config.directory, /^\/.*\/\.stills$/);
  assert.equal(config.workers, 2);
  assert.deepEqual(config.egressAllowCIDRs, []);
  assert.equal(config.onceURL, undefined);
});

test("--once takes exactly one http or https address", () => {
  const read = (...words: string[]) => readLocalConfig(new EnvReader({}), words).onceURL;
  assert.equal(read("--once", "https://example.com/"), "https://example.com/");
  assert.throws(() => read("--once"), /Usage: npm start, or npm start -- --once URL/);
  assert.throws(() => read("--once", "https://a/", "more"), /Usage/);
  assert.throws(() => read("--twice", "https://a/"), /Usage/);
  assert.throws(() => read("--once", "file:///etc/passwd"), /begins with http/);
});

test("wrong settings are named together", () => {
  const env = new EnvReader({ STILLS_LOCAL_WORKERS: "0", STILLS_EGRESS_ALLOW_CIDRS: "foo" });
  assert.throws(
    () => readLocalConfig(env, []),
    (thrown: unknown) =>
      thrown instanceof Error &&
      thrown.message.includes("STILLS_LOCAL_WORKERS") &&
      thrown.message.includes("STILLS_EGRESS_ALLOW_CIDRS"),
  );
});
