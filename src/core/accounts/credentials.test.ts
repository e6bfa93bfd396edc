import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialsOf } from "./credentials.ts";

function ofSecret(values: Record<string, string>) {
  return credentialsOf(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
    ),
  );
}

test("both keys, during a rotation the previous ones behind them", () => {
  assert.deepEqual(ofSecret({ accessKey: "a", secretKey: "s" }), {
    ...{ accessKeys: ["a"], secretKeys: ["s"], problem: undefined },
  });
  const rotating = { accessKey: "a2", secretKey: "s2", previousAccessKey: "a1" };
  assert.deepEqual(ofSecret({ ...rotating, previousSecretKey: "s1" }), {
    ...{ accessKeys: ["a2", "a1"], secretKeys: ["s2", "s1"], problem: undefined },
  });
});

const problems: [values: Record<string, string>, problem: string][] = [
  [{}, "has no accessKey and no secretKey"],
  [{ accessKey: "a" }, "has no secretKey"],
  [{ accessKey: "a", secretKey: "" }, "has an empty secretKey"],
  [{ accessKey: "a", secretKey: " \n" }, "has an empty secretKey"],
  [{ accessKey: "", secretKey: "s" }, "has an empty accessKey"],
  [{ secretKey: "", previousAccessKey: "p" }, "has no accessKey and an empty secretKey"],
];

test("a key that is missing or empty is named, and an empty one is no key", () => {
  for (const [values, problem] of problems) {
    const found = ofSecret(values);
    assert.equal(found.problem, problem);
    assert.ok(![...found.accessKeys, ...found.secretKeys].some((key) => key.trim() === ""));
  }
  assert.equal(credentialsOf(undefined).problem, "has no accessKey and no secretKey");
});

test("an empty previous key is no key, and no problem", () => {
  const keys = { accessKey: "a", secretKey: "s", previousAccessKey: "", previousSecretKey: "" };
  assert.deepEqual(ofSecret(keys), {
    ...{ accessKeys: ["a"], secretKeys: ["s"], problem: undefined },
  });
});
