import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { NotOpened, openBytes, sealBytes, sealingSuite } from "./hpke.ts";

const hex = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, "hex")).buffer;

test("RFC 9180, appendix A.1.1: what others sealed with this KEM and KDF is opened", async () => {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm(),
  });
  const recipientKey = await suite.kem.deserializePrivateKey(
    hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"),
  );
  const opened = await suite.open(
    {
      recipientKey,
      enc: hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
      info: hex("4f6465206f6e2061204772656369616e2055726e"),
    },
    hex(
      "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    ),
    hex("436f756e742d30"),
  );
  assert.equal(Buffer.from(opened).toString(), "Beauty is truth, truth beauty");
});

/** The vectors of RFC 9180 for exactly our suite, in the short form of Go's crypto/hpke: a digest over 1,000 ciphertexts. */
test("RFC 9180, mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002: our suite seals what the vectors say", async () => {
  const { kem } = sealingSuite;
  const [ephemeral, recipient] = await Promise.all([
    kem.deriveKeyPair(hex("2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9")),
    kem.deriveKeyPair(hex("dac33b0e9db1b59dbbea58d59a14e7b5896e9bdf98fad6891e99d1686492b9ee")),
  ]);
  const sender = await sealingSuite.createSenderContext({
    recipientPublicKey: recipient.publicKey,
    info: hex("4f6465206f6e2061204772656369616e2055726e"),
    ekm: ephemeral,
  });
  assert.equal(
    Buffer.from(sender.enc).toString("hex"),
    "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
  );

  const source = createHash("shake128", { outputLength: 1_000_000 }).digest();
  let at = 0;
  const draw = (): ArrayBuffer => {
    const length = source[at] ?? 0;
    const drawn = new Uint8Array(source.subarray(at + 1, at + 1 + length)).buffer;
    at += 1 + length;
    return drawn;
  };
  const sink = createHash("shake128", { outputLength: 16 });
  for (let number = 0; number < 1000; number++) {
    const associatedData = draw();
    const plaintext = draw();
    sink.update(new Uint8Array(await sender.seal(plaintext, associatedData)));
  }
  assert.equal(sink.digest("hex"), "1702e73e1e71705faa8241022af1deea");
});

test("sealed bytes are opened with the same purpose and associated data only", async () => {
  const pair = await sealingSuite.kem.generateKeyPair();
  const other = await sealingSuite.kem.generateKeyPair();
  const context = { purpose: "test", associatedData: "place" };
  const sealed = await sealBytes(pair.publicKey, Buffer.from("geheim"), context);

  const opened = await openBytes(pair.privateKey, sealed, context);
  assert.equal(Buffer.from(opened).toString(), "geheim");

  const flipped = sealed.ciphertext.startsWith("A") ? "B" : "A";
  const altered = { ...sealed, ciphertext: flipped + sealed.ciphertext.slice(1) };
  const attempts: [CryptoKey, typeof sealed, typeof context][] = [
    [other.privateKey, sealed, context],
    [pair.privateKey, sealed, { ...context, associatedData: "elsewhere" }],
    [pair.privateKey, sealed, { ...context, purpose: "another" }],
    [pair.privateKey, altered, context],
    [pair.privateKey, { encapsulatedKey: "", ciphertext: "" }, context],
  ];
  for (const attempt of attempts) await assert.rejects(openBytes(...attempt), NotOpened);
});
