import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EnvReader, SettingsInvalid } from "./env.ts";

const text = "What it is for.";

test("settings are read with their types, defaults stand in for what is not set or empty", () => {
  const env = new EnvReader({
    NAME: " a ",
    COUNT: "7",
    FLAG: "true",
    LINK: "nats://127.0.0.1:4222",
    MANY: "a, b,,c",
    EMPTY: "",
  });
  assert.equal(env.string("NAME", { text }), "a");
  assert.equal(env.string("EMPTY", { text, default: "x" }), "x");
  assert.equal(env.integer("COUNT", { text, min: 1, max: 9 }), 7);
  assert.equal(env.integer("OTHER", { text, default: 3, min: 1, max: 9 }), 3);
  assert.equal(env.boolean("FLAG", { text }), true);
  assert.equal(env.boolean("OTHER", { text, default: false }), false);
  assert.equal(env.url("LINK", { text, protocols: ["nats:", "tls:"] }), "nats://127.0.0.1:4222");
  assert.deepEqual(env.list("MANY", { text }), ["a", "b", "c"]);
  assert.equal(
    env.oneOf("OTHER", ["Required", "Disabled"], { text, default: "Disabled" }),
    "Disabled",
  );
  assert.equal(env.has("EMPTY"), false);
  env.throwIfInvalid();
});

test("one error names every wrong variable, its value and what is allowed", () => {
  const env = new EnvReader({
    COUNT: "70",
    HALF: "1.5",
    FLAG: "yes",
    LINK: "ftp://host",
    MODE: "required",
    MANY: "a,b!",
  });
  env.string("NAME", { text, allowed: "a DNS label", pattern: /^[a-z]+$/ });
  env.integer("COUNT", { text, min: 1, max: 64 });
  env.integer("HALF", { text, min: 1, max: 64 });
  env.boolean("FLAG", { text });
  env.url("LINK", { text, protocols: ["http:", "https:"] });
  env.oneOf("MODE", ["Required", "Disabled"], { text });
  env.list("MANY", { text, problemOf: (entry) => (/^\w+$/.test(entry) ? undefined : "letters") });
  assert.throws(
    () => env.throwIfInvalid(),
    (thrown: unknown) => {
      assert.ok(thrown instanceof SettingsInvalid);
      assert.deepEqual(thrown.problems, [
        "NAME is not set; it must be a DNS label",
        'COUNT is "70"; it must be a whole number from 1 to 64',
        'HALF is "1.5"; it must be a whole number from 1 to 64',
        'FLAG is "yes"; it must be "true" or "false"',
        'LINK is "ftp://host"; it must be a URL that begins with http:// or https://',
        'MODE is "required"; it must be one of Required, Disabled',
        'MANY is "b!"; it must be letters',
      ]);
      for (const problem of thrown.problems) assert.ok(thrown.message.includes(problem));
      return true;
    },
  );
});

test("a URL with credentials is refused without showing them", () => {
  const env = new EnvReader({ LINK: "http://me:hunter2@host/" });
  env.url("LINK", { text, protocols: ["http:"] });
  assert.throws(
    () => env.throwIfInvalid(),
    (thrown: unknown) =>
      thrown instanceof Error &&
      thrown.message.includes("without a user name or password") &&
      !thrown.message.includes("hunter2"),
  );
});

test("a secret comes from its file; a complaint names the file and never the content", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stills-env-"));
  try {
    const path = join(folder, "secret");
    await writeFile(path, "s3cret\n");
    const env = new EnvReader({ KEY_FILE: path, GONE_FILE: join(folder, "gone") });
    assert.equal(env.secretFile("KEY_FILE", { text }), "s3cret");
    env.throwIfInvalid();

    env.secretFile("KEY_FILE", { text, minLength: 32 });
    env.secretFile("GONE_FILE", { text });
    assert.throws(
      () => env.throwIfInvalid(),
      (thrown: unknown) =>
        thrown instanceof SettingsInvalid &&
        thrown.problems.length === 2 &&
        thrown.message.includes("at least 32 characters") &&
        thrown.message.includes("ENOENT") &&
        !thrown.message.includes("s3cret"),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
