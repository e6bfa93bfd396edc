import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { suite, test } from "node:test";
import { generateCalloutKey, readCalloutKey } from "./callout-key.ts";
import type { CalloutKey } from "./callout-key.ts";
import { readQuestion, writeAnswer } from "./callout-tokens.ts";

const key = readCalloutKey(generateCalloutKey().privateKeyPEM) as CalloutKey;
const question = {
  request: { token: "t", clientName: "", host: "" },
  serverID: "N1",
  userKey: "U1",
};
const grant = {
  account: "WORKERS",
  name: "default/pod/uid",
  publish: ["a"],
  subscribe: ["b"],
  expiresAtSeconds: 1_800_000_000,
} as const;

function claimsOf(token: string): Record<string, unknown> {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const signed = Buffer.from(`${header}.${claims}`);
  const publicKey = createPublicKey(key.privateKey);
  assert.equal(verify(undefined, signed, publicKey, Buffer.from(signature, "base64url")), true);
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}

function asked(claims: object): string {
  return `header.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signature`;
}

suite("answers to a server's question who somebody is", () => {
  test("a grant is for this connection at this server, in one account, and ends", () => {
    const { aud, sub, nats } = claimsOf(writeAnswer(question, { kind: "Granted", grant }, key));
    assert.deepEqual({ aud, sub }, { aud: "N1", sub: "U1" });
    const user = claimsOf((nats as { jwt: string }).jwt);
    assert.equal(user["sub"], "U1");
    assert.equal(user["aud"], "WORKERS");
    assert.equal(user["exp"], 1_800_000_000);
    assert.deepEqual((user["nats"] as { pub: unknown }).pub, { allow: ["a"] });
    assert.deepEqual((user["nats"] as { sub: unknown }).sub, { allow: ["b"] });
  });

  for (const list of ["publish", "subscribe"] as const)
    test(`an empty list is never granted, which would allow everything: ${list}`, () => {
      const empty = { ...grant, [list]: [] };
      assert.throws(() => writeAnswer(question, { kind: "Granted", grant: empty }, key), TypeError);
    });

  test("a refusal has a reason and no user", () => {
    const { nats } = claimsOf(writeAnswer(question, { kind: "Refused", reason: "why" }, key));
    assert.deepEqual(nats, { type: "authorization_response", version: 2, error: "why" });
  });

  test("what the client says of itself is read as such, and a password is not read at all", () => {
    const nats = {
      server_id: { id: "N1" },
      user_nkey: "U1",
      client_info: { host: "10.0.0.1" },
      connect_opts: { user: "controller", pass: "secret", name: "me" },
    };
    assert.deepEqual(readQuestion(asked({ aud: "nats-authorization-request", nats })), {
      request: { token: undefined, clientName: "me", host: "10.0.0.1" },
      serverID: "N1",
      userKey: "U1",
    });
  });

  for (const wrong of ["", "a.b.c", asked({}), asked({ aud: "another", nats: {} })])
    test(`is no question: ${JSON.stringify(wrong.slice(0, 12))}`, () => {
      assert.throws(() => readQuestion(wrong), /authorization request is not valid/);
    });
});

suite("the key of the answers", () => {
  test("its public half is written as nats-server knows it", () => {
    const pem = [
      "-----BEGIN PRIVATE KEY-----",
      Buffer.from(`302e020100300506032b657004220420${"00".repeat(31)}01`, "hex").toString("base64"),
      "-----END PRIVATE KEY-----",
    ].join("\n");
    const { issuer } = readCalloutKey(pem) as CalloutKey;
    assert.equal(issuer, "ABGLLK7WVV47X5NLXTFPZQTJ3BONEZI62S4ILNMGT4SBV3PQUW5CTSFF");
  });

  test("a file without an Ed25519 key has none", () => {
    assert.equal(readCalloutKey("nonsense"), undefined);
  });
});
