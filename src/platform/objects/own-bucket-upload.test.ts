import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { signOwnBucketUpload } from "./own-bucket-upload.ts";

const keys = { accessKeyID: "AKIDEXAMPLE", secretAccessKey: "a-secret-of-the-test" };
const sha256 = "a".repeat(64);
const upload = {
  own: { bucket: "shots", endpoint: "https://s3.eu-west-1.example.com:9000" },
  key: "a b/c.png",
  keys,
  sizeBytes: 5,
  sha256,
  mediaType: "image/png",
  signedAt: new Date("2026-01-02T03:04:05Z"),
} as const;

/** As "Signature Version 4 signing process" has it, without the library. */
function signatureOf(headers: Record<string, string>, path: string, region: string): string {
  const names = Object.keys(headers).toSorted();
  const canonical = [
    ...["PUT", path, "", ...names.map((name) => `${name}:${headers[name]}`)],
    ...["", names.join(";"), sha256],
  ].join("\n");
  const scope = `20260102/${region}/s3/aws4_request`;
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", "20260102T030405Z", scope, digest].join("\n");
  const steps = ["20260102", region, "s3", "aws4_request"];
  const key = steps.reduce<string | Buffer>(
    (previous, step) => createHmac("sha256", previous).update(step).digest(),
    `AWS4${keys.secretAccessKey}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  return `AWS4-HMAC-SHA256 Credential=${keys.accessKeyID}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
}

test("an upload is signed over its address and all its headers, for the region of the endpoint", async () => {
  const signed = await signOwnBucketUpload(upload);
  assert.equal(signed.method, "PUT");
  assert.equal(signed.url, "https://s3.eu-west-1.example.com:9000/shots/a%20b/c.png");
  const { authorization, ...headers } = signed.headers;
  assert.deepEqual(headers, {
    host: "s3.eu-west-1.example.com:9000",
    "content-length": "5",
    "content-type": "image/png",
    "x-amz-content-sha256": sha256,
    "x-amz-date": "20260102T030405Z",
  });
  assert.equal(authorization, signatureOf(headers, "/shots/a%20b/c.png", "eu-west-1"));
});

test("class and ACL are S3's words, and signed", async () => {
  const { headers } = await signOwnBucketUpload({
    ...upload,
    storageClass: "OneZoneIA",
    acl: "PublicRead",
  });
  assert.equal(headers["x-amz-storage-class"], "ONEZONE_IA");
  assert.equal(headers["x-amz-acl"], "public-read");
  assert.match(headers["authorization"] ?? "", /x-amz-acl;.*x-amz-storage-class/);
});

test("the secret key is in nothing that is returned", async () => {
  const text = JSON.stringify(await signOwnBucketUpload(upload));
  assert.ok(text.includes(keys.accessKeyID));
  assert.ok(!text.includes(keys.secretAccessKey));
});
