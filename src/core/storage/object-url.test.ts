import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeKey, isAmazon, objectURL } from "./object-url.ts";

const bucket = "shots";
const key = "stored/ns/a b.png";

test("an endpoint outside Amazon has the bucket in the path", () => {
  const url = objectURL({ endpoint: "http://127.0.0.1:9000", bucket, key });
  assert.equal(url, "http://127.0.0.1:9000/shots/stored/ns/a%20b.png");
});

test("a path of the endpoint is kept", () => {
  const url = objectURL({ endpoint: "https://example.com/s3/", bucket, key: "a.png" });
  assert.equal(url, "https://example.com/s3/shots/a.png");
});

test("at Amazon the bucket is part of the host", () => {
  const url = objectURL({ endpoint: "https://s3.eu-west-1.amazonaws.com", bucket, key: "a.png" });
  assert.equal(url, "https://shots.s3.eu-west-1.amazonaws.com/a.png");
});

test("at Amazon a bucket with dots stays in the path, since no certificate covers its host", () => {
  const endpoint = "https://s3.eu-west-1.amazonaws.com";
  assert.equal(objectURL({ endpoint, bucket: "a.b", key: "k" }), `${endpoint}/a.b/k`);
});

test("the style can be chosen", () => {
  assert.equal(
    objectURL({ endpoint: "https://s3.example.com", bucket, key: "k", pathStyle: false }),
    "https://shots.s3.example.com/k",
  );
});

test("each segment of a key is percent-encoded", () => {
  assert.equal(
    encodeKey("a b/ü!'()*+&?#%/c~d_e.f-g"),
    "a%20b/%C3%BC%21%27%28%29%2A%2B%26%3F%23%25/c~d_e.f-g",
  );
});

test("only Amazon's own hosts are Amazon's", () => {
  assert.equal(isAmazon("https://s3.cn-north-1.amazonaws.com.cn"), true);
  assert.equal(isAmazon("https://amazonaws.com.example.org"), false);
  assert.equal(isAmazon("https://notamazonaws.com"), false);
});
