import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { isSignatureOf, signatureOf } from "./signature.ts";
import { openToken, signToken } from "./signed-token.ts";

const key = "key of at least 16 bytes";
const payload = { uid: "u-1", name: "Grüße", expires: 12 };

test("the token is the JSON of the payload and its HMAC-SHA256, both in base64url", () => {
  const text = Buffer.from(JSON.stringify(payload)).toString("base64url");
  const digest = createHmac("sha256", key).update(text).digest("base64url");
  assert.equal(signToken(payload, key), `${text}.${digest}`);
});

test("what was signed is read back", () => {
  assert.deepEqual(openToken(signToken(payload, key), key), { valid: true, payload });
});

test("a token of another key, and one that was altered, has a wrong signature", () => {
  const [text = "", signature = ""] = signToken(payload, key).split(".");
  const altered = Buffer.from(JSON.stringify({ ...payload, expires: 13 })).toString("base64url");
  const tokens = [
    signToken(payload, "another key of 16 bytes"),
    `${altered}.${signature}`,
    `${text}.`,
    `${text}.${signature.slice(0, -1)}`,
    `${text}.${signature}!`,
    `${text}.${signature}.${signature}`,
  ];
  for (const token of tokens)
    assert.deepEqual(openToken(token, key), { valid: false, problem: "SignatureWrong" });
});

test("a token without two parts, or whose payload is not JSON, is malformed", () => {
  const text = Buffer.from("not JSON").toString("base64url");
  for (const token of ["", "abc", ".abc", `${text}.${signatureOf(text, key)}`])
    assert.deepEqual(openToken(token, key), { valid: false, problem: "Malformed" });
});

test("a signature is compared in the encoding it was made in", () => {
  const hex = signatureOf("text", key, "hex");
  assert.match(hex, /^[0-9a-f]{64}$/);
  assert.equal(isSignatureOf("text", key, { given: hex, encoding: "hex" }), true);
  assert.equal(isSignatureOf("text", key, { given: hex.toUpperCase(), encoding: "hex" }), false);
  assert.equal(isSignatureOf("text", key, { given: hex }), false);
});
