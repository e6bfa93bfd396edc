import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { createAttemptToken, isAttemptToken } from "./attempt-token.ts";

const key = "0123456789abcdef0123456789abcdef";

test("a token is the HMAC of uid and attempt, in base64url", () => {
  const expected = createHmac("sha256", key).update("u-1.2").digest("base64url");
  assert.equal(createAttemptToken(key, "u-1", 2), expected);
});

test("a token is valid only for its attempt, job and key", () => {
  const attemptToken = createAttemptToken(key, "u-1", 2);
  assert.equal(isAttemptToken(key, { uid: "u-1", attempt: 2, attemptToken }), true);
  assert.equal(isAttemptToken(key, { uid: "u-1", attempt: 1, attemptToken }), false);
  assert.equal(isAttemptToken(key, { uid: "u-2", attempt: 2, attemptToken }), false);
  assert.equal(isAttemptToken(`${key}x`, { uid: "u-1", attempt: 2, attemptToken }), false);
});

test("any other token is refused without an exception", () => {
  for (const attemptToken of ["", "x", "é".repeat(43), "a".repeat(43), "a".repeat(1000)])
    assert.equal(isAttemptToken(key, { uid: "u-1", attempt: 2, attemptToken }), false);
});
