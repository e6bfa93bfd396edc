import { createHmac } from "node:crypto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { trafficClasses } from "../../api/messages/proxy-grant.ts";
import {
  bearerTokenOf,
  defaultProxyLimits,
  signProxyToken,
  verifyProxyToken,
} from "./proxy-token.ts";
import type { ProxyGrant } from "../../api/messages/proxy-grant.ts";

const key = "a key that is long enough";
const now = 1_800_000_000_000;

function aGrant(changes: Partial<ProxyGrant> = {}): ProxyGrant {
  return {
    uid: "0c8b3a52-33a5-4d64-8a0b-1f2f3a4b5c6d",
    attempt: 1,
    class: "page",
    limits: { bytes: 1000, requests: 10, connections: 2 },
    expires: now / 1000 + 60,
    ...changes,
  };
}

/** The format, written a second time from its description. */
function tokenOf(payload: string, signingKey = key): string {
  const first = Buffer.from(payload).toString("base64url");
  return `${first}.${createHmac("sha256", signingKey).update(first).digest("base64url")}`;
}

test("what was granted comes back from the token, for every class", () => {
  for (const trafficClass of trafficClasses) {
    const grant = aGrant({ class: trafficClass, limits: { ...defaultProxyLimits[trafficClass] } });
    assert.deepEqual(verifyProxyToken(signProxyToken(grant, key), key, now), {
      valid: true,
      grant,
    });
  }
});

test("the most and the longest ranges that an account can deny fit into a token", () => {
  const deny = Array.from(
    { length: 256 },
    (_, at) => `2001:db80:ffff:ffff:ffff:ffff:ffff:${(at + 0xf000).toString(16)}/128`,
  );
  const grant = aGrant({ deny });
  assert.deepEqual(verifyProxyToken(signProxyToken(grant, key), key, now), { valid: true, grant });
  assert.throws(() => signProxyToken(aGrant({ deny: [...deny, "::/0"] }), key), TypeError);
});

test("the token is the JSON of the grant and its HMAC-SHA256, both in base64url", () => {
  const grant = aGrant();
  assert.equal(signProxyToken(grant, key), tokenOf(JSON.stringify(grant)));
  assert.deepEqual(verifyProxyToken(tokenOf(JSON.stringify(grant)), key, now), {
    valid: true,
    grant,
  });
});

test("a token is valid until the second it expires and not in it", () => {
  const grant = aGrant();
  const token = signProxyToken(grant, key);
  assert.equal(verifyProxyToken(token, key, grant.expires * 1000 - 1).valid, true);
  assert.deepEqual(verifyProxyToken(token, key, grant.expires * 1000), {
    valid: false,
    problem: "Expired",
  });
});

test("any changed, added or missing character makes the token invalid", () => {
  const token = signProxyToken(aGrant(), key);
  for (let at = 0; at < token.length - 1; at += 1) {
    const changed = token[at] === "A" ? "B" : "A";
    const forged = token.slice(0, at) + changed + token.slice(at + 1);
    assert.equal(verifyProxyToken(forged, key, now).valid, false, `character ${at}`);
    assert.equal(verifyProxyToken(token.slice(0, at), key, now).valid, false, `cut at ${at}`);
  }
  for (const forged of [`${token}A`, `${token}=`, `${token}.`, ` ${token}`, `${token}\n`])
    assert.equal(verifyProxyToken(forged, key, now).valid, false, forged);
});

test("a signature by another key is refused before anything of the payload counts", () => {
  const token = signProxyToken(aGrant({ expires: 1 }), "another key, long enough too");
  assert.deepEqual(verifyProxyToken(token, key, now), { valid: false, problem: "SignatureWrong" });
  assert.deepEqual(verifyProxyToken(tokenOf("no json", "0".repeat(16)), key, now), {
    valid: false,
    problem: "SignatureWrong",
  });
});

test("texts that are no tokens are told apart", () => {
  assert.deepEqual(verifyProxyToken("", key, now), { valid: false, problem: "Missing" });
  for (const text of ["x", ".", ".x", "x".repeat(5000)])
    assert.deepEqual(
      verifyProxyToken(text, key, now),
      { valid: false, problem: "Malformed" },
      text,
    );
});

const wrongGrants: [what: string, change: Record<string, unknown>][] = [
  ["an empty uid", { uid: "" }],
  ["a uid that is no text", { uid: 7 }],
  ["attempt zero", { attempt: 0 }],
  ["half an attempt", { attempt: 1.5 }],
  ["an unknown class", { class: "Page" }],
  ["a class of Object.prototype", { class: "constructor" }],
  ["no limits", { limits: undefined }],
  ["limits that are a list", { limits: [] }],
  ["unlimited bytes", { limits: { bytes: null, requests: 1, connections: 1 } }],
  ["negative requests", { limits: { bytes: 1, requests: -1, connections: 1 } }],
  ["connections as text", { limits: { bytes: 1, requests: 1, connections: "1" } }],
  ["no expiry", { expires: undefined }],
  ["an endless expiry", { expires: Number.POSITIVE_INFINITY }],
];

test("a signed grant with a field out of range is malformed, and cannot be signed here", () => {
  for (const [what, change] of wrongGrants) {
    const wrong = { ...aGrant(), ...change } as ProxyGrant;
    const token = tokenOf(JSON.stringify(wrong));
    assert.deepEqual(
      verifyProxyToken(token, key, now),
      { valid: false, problem: "Malformed" },
      what,
    );
    assert.throws(() => signProxyToken(wrong, key), /out of range/, what);
  }
  for (const payload of ["", "null", "[]", "7", "{", '"text"'])
    assert.equal(verifyProxyToken(tokenOf(payload), key, now).valid, false, payload);
});

test("fields that are not of the grant are not passed on", () => {
  const token = tokenOf(JSON.stringify({ ...aGrant(), admin: true }));
  assert.deepEqual(verifyProxyToken(token, key, now), { valid: true, grant: aGrant() });
});

test("a key too short to be a secret is refused", () => {
  assert.throws(() => signProxyToken(aGrant(), "short"), /at least 16 bytes/);
  assert.throws(() => verifyProxyToken(`a.${"b".repeat(43)}`, "short", now), /at least 16 bytes/);
});

test("a token is taken from the Bearer scheme only", () => {
  assert.equal(bearerTokenOf("Bearer abc.d-e_f"), "abc.d-e_f");
  assert.equal(bearerTokenOf("bearer  abc"), "abc");
  for (const header of [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Basic abc",
    "abc",
    "Bearer a b",
    "Bearer a,b",
    "Bearer a\tb",
  ])
    assert.equal(bearerTokenOf(header), "", String(header));
});
