import assert from "node:assert/strict";
import { test } from "node:test";
import { createAttemptToken } from "../jobs/attempt-token.ts";
import { createDeliveryToken, isDeliveryToken } from "./delivery-token.ts";

const key = "a key of at least thirty-two characters";

test("a token belongs to one job and one key", () => {
  const token = createDeliveryToken(key, "one");
  assert.equal(isDeliveryToken(key, "one", token), true);
  assert.equal(isDeliveryToken(key, "two", token), false);
  assert.equal(isDeliveryToken(`${key}!`, "one", token), false);
  assert.equal(isDeliveryToken(key, "one", ""), false);
  assert.equal(isDeliveryToken(key, "one", `${token}=`), false);
});

test("an attempt token is no delivery token", () => {
  for (const attempt of [0, 1, 2])
    assert.equal(isDeliveryToken(key, "one", createAttemptToken(key, "one", attempt)), false);
});
