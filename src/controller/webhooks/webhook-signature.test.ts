import assert from "node:assert/strict";
import { test } from "node:test";
import { screenshotOneSignature, standardWebhookSignature } from "./webhook-signature.ts";

test("the vector of the Standard Webhooks specification", () => {
  const signature = standardWebhookSignature(
    {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestampSeconds: 1614265330,
      body: Buffer.from('{"test": 2432232314}'),
    },
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  );
  assert.equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("a rotation sends one signature per secret", () => {
  const message = { id: "a", timestampSeconds: 1, body: Buffer.from("{}") };
  const both = standardWebhookSignature(message, ["new", "old"]).split(" ");
  assert.deepEqual(both, [
    standardWebhookSignature(message, ["new"]),
    standardWebhookSignature(message, ["old"]),
  ]);
});

test("the hexadecimal signature is what `openssl dgst -sha256 -hmac` prints", () => {
  assert.equal(
    screenshotOneSignature(
      Buffer.from('{"screenshot_url":"https://x.test/a.png"}'),
      "test-secret-key",
    ),
    "4da7368098c5fbec6d4e855b51280421651cb0bee364d594e4fce4680afcc537",
  );
});
