import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { openBytes, sealBytes } from "./hpke.ts";
import { createReplyBox, sealReply } from "./reply-box.ts";
import {
  generateSealingKeys,
  publicKeyFileOf,
  readPrivateKeys,
  readPublicKey,
  SealingKeyInvalid,
} from "./sealing-keys.ts";

const context = { purpose: "test", associatedData: "" };

test("the two files of a pair belong together, and have one id", async () => {
  const { privateKeyPEM, publicKeyPEM } = generateSealingKeys();
  assert.equal(publicKeyFileOf(privateKeyPEM), publicKeyPEM);
  const publicKey = await readPublicKey(publicKeyPEM);
  const privateKeys = await readPrivateKeys(privateKeyPEM);
  assert.deepEqual([...privateKeys.keys()], [publicKey.id]);
  assert.match(publicKey.id, /^[0-9a-f]{16}$/);

  const sealed = await sealBytes(publicKey.key, Buffer.from("text"), context);
  const opened = await openBytes(privateKeys.get(publicKey.id)!, sealed, context);
  assert.equal(Buffer.from(opened).toString(), "text");
});

test("during a rotation a file holds the keys of both pairs", async () => {
  const [old, fresh] = [generateSealingKeys(), generateSealingKeys()];
  const keys = await readPrivateKeys(`${fresh.privateKeyPEM}\n${old.privateKeyPEM}`);
  for (const { publicKeyPEM } of [old, fresh]) {
    const publicKey = await readPublicKey(publicKeyPEM);
    const sealed = await sealBytes(publicKey.key, Buffer.from("text"), context);
    assert.equal((await openBytes(keys.get(publicKey.id)!, sealed, context)).byteLength, 4);
  }
});

test("a file that is no such key is refused without being shown", async () => {
  const other = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  for (const text of ["", "secret-looking", other.toString()])
    await assert.rejects(
      readPrivateKeys(text),
      (thrown: Error) =>
        thrown instanceof SealingKeyInvalid &&
        thrown.message.includes("X25519") &&
        (text === "" || !thrown.message.includes(text)),
    );
  await assert.rejects(readPublicKey("secret-looking"), SealingKeyInvalid);
});

test("a reply is opened by its requester only, and only about the same subject", async () => {
  const box = await createReplyBox();
  const sealed = await sealReply(box.publicKey, Buffer.from("answer"), "question 1");
  assert.equal(Buffer.from(await box.open(sealed, "question 1")).toString(), "answer");
  await assert.rejects(box.open(sealed, "question 2"));
  await assert.rejects((await createReplyBox()).open(sealed, "question 1"));
  await assert.rejects(sealReply("no key", Buffer.from("answer"), ""));
});
