import assert from "node:assert/strict";
import { test } from "node:test";
import { ScreenshotOneSignature, StandardWebhookSignature } from "./webhook-signature.ts";

function standard(body: string[], secrets: string[], message = { id: "a", timestampSeconds: 1 }) {
  const signature = new StandardWebhookSignature(message, secrets);
  for (const piece of body) signature.update(Buffer.from(piece));
  return signature.value();
}

test("the vector of the Standard Webhooks specification, in one piece or in several", () => {
  for (const body of [['{"test": 2432232314}'], ['{"te', 'st": 24', "32232314}"]])
    assert.equal(
      standard(body, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestampSeconds: 1614265330,
      }),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
});

test("a rotation sends one signature per secret", () => {
  assert.deepEqual(standard(["{}"], ["new", "old"]).split(" "), [
    standard(["{}"], ["new"]),
    standard(["{}"], ["old"]),
  ]);
});

test("the hexadecimal signature is what `openssl dgst -sha256 -hmac` prints", () => {
  const signature = new ScreenshotOneSignature("test-secret-key");
  for (const piece of ['{"screenshot_url":', '"https://x.test/a.png"}'])
    signature.update(Buffer.from(piece));
  assert.equal(
    signature.value(),
    "4da7368098c5fbec6d4e855b51280421651cb0bee364d594e4fce4680afcc537",
  );
});
