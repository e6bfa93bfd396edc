import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isSameBucket,
  ownObjectURL,
  problemOfEndpoint,
  regionOf,
  withBucket,
} from "./own-bucket.ts";

const bucket = "shots";

const regions: [endpoint: string | undefined, region: string][] = [
  [undefined, "us-east-1"],
  ["https://s3.amazonaws.com", "us-east-1"],
  ["https://s3.eu-west-1.amazonaws.com", "eu-west-1"],
  ["https://s3-eu-west-1.amazonaws.com", "eu-west-1"],
  ["https://s3.dualstack.ap-southeast-2.amazonaws.com", "ap-southeast-2"],
  ["https://s3-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["https://shots.s3.eu-central-1.amazonaws.com", "eu-central-1"],
  ["https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["https://s3.us-west-004.backblazeb2.com", "us-west-004"],
  ["https://s3.eu-central-2.wasabisys.com", "eu-central-2"],
  ["https://s3.fr-par.scw.cloud", "fr-par"],
  ["https://s3.gra.io.cloud.ovh.net", "gra"],
  ["https://abc.r2.cloudflarestorage.com", "auto"],
  ["https://s3.example.com", "us-east-1"],
  // A bucket or a host of one's own is no region.
  ["https://my-shots-1.example.com", "us-east-1"],
];
for (const [endpoint, region] of regions)
  test(`the region of ${endpoint ?? "no endpoint"} is ${region}`, () => {
    assert.equal(regionOf({ bucket, ...(endpoint !== undefined && { endpoint }) }), region);
    const given = { bucket, region: "eu-north-1", ...(endpoint !== undefined && { endpoint }) };
    assert.equal(regionOf(given), "eu-north-1");
  });

const addresses: [own: Parameters<typeof ownObjectURL>[0], url: string][] = [
  [{ bucket }, "https://shots.s3.us-east-1.amazonaws.com/a/b.png"],
  [{ bucket, region: "eu-west-1" }, "https://shots.s3.eu-west-1.amazonaws.com/a/b.png"],
  [
    { bucket, endpoint: "https://shots.s3.eu-west-1.amazonaws.com" },
    "https://shots.s3.eu-west-1.amazonaws.com/a/b.png",
  ],
  [
    { bucket: "a.dotted", endpoint: "https://s3.eu-west-1.amazonaws.com" },
    "https://s3.eu-west-1.amazonaws.com/a.dotted/a/b.png",
  ],
  [{ bucket, endpoint: "https://s3.example.com/" }, "https://s3.example.com/shots/a/b.png"],
  [
    { bucket, endpoint: "https://shots.example.com:9000" },
    "https://shots.example.com:9000/a/b.png",
  ],
  [{ bucket, endpoint: "https://shotsexample.com" }, "https://shotsexample.com/shots/a/b.png"],
  [
    { bucket, endpoint: "https://abc.storage.example.com/storage/v1/s3" },
    "https://abc.storage.example.com/storage/v1/s3/shots/a/b.png",
  ],
];
for (const [own, url] of addresses)
  test(`an object is at ${url}`, () => {
    assert.equal(ownObjectURL(own, "a/b.png"), url);
  });

test("a bucket is the same one however its endpoint is written", () => {
  const own = { bucket, endpoint: "https://s3.eu-west-1.amazonaws.com" };
  assert.ok(isSameBucket(own, { bucket, region: "eu-west-1" }));
  assert.ok(isSameBucket(own, { bucket, endpoint: "https://S3.eu-west-1.amazonaws.com/" }));
  assert.ok(!isSameBucket(own, { bucket }));
  assert.ok(!isSameBucket(own, { ...own, bucket: "other" }));
});

test("an endpoint that no URL can have is said to be invalid", () => {
  const own = { bucket, endpoint: "https://s3.example.com:99999" };
  assert.equal(problemOfEndpoint(own, { allowsHTTP: false })?.reason, "BucketInvalid");
  assert.equal(isSameBucket(own, own), false);
});

test("an endpoint without TLS needs the operator's consent, and one inside is refused", () => {
  const rules = { allow: [], deny: [], clusterDomain: "cluster.local" };
  const plain = { bucket, endpoint: "http://s3.example.com" };
  const refused = problemOfEndpoint(plain, { allowsHTTP: false });
  assert.equal(refused?.reason, "BucketInvalid");
  assert.match(refused?.message ?? "", /must begin with https:.*STILLS_STORAGE_ALLOW_HTTP=true/);
  assert.equal(problemOfEndpoint(plain, { allowsHTTP: true }), undefined);
  for (const endpoint of ["https://10.0.0.1", "https://minio.storage.svc", "https://localhost"]) {
    const problem = problemOfEndpoint({ bucket, endpoint }, { allowsHTTP: true, rules });
    assert.equal(problem?.reason, "TargetNotAllowed", endpoint);
    assert.equal(problemOfEndpoint({ bucket, endpoint }, { allowsHTTP: true }), undefined);
  }
});

const others: [own: Parameters<typeof withBucket>[0], url: string][] = [
  [{ bucket, region: "eu-west-1" }, "https://mine.s3.eu-west-1.amazonaws.com/a"],
  [{ bucket, endpoint: "https://s3.example.com" }, "https://s3.example.com/mine/a"],
  [{ bucket, endpoint: "https://shots.s3.example.com" }, "https://s3.example.com/mine/a"],
  [
    { bucket, endpoint: "https://shots.s3.eu-west-1.amazonaws.com" },
    "https://mine.s3.eu-west-1.amazonaws.com/a",
  ],
];
for (const [own, url] of others)
  test(`another bucket of ${own.endpoint ?? own.region} is at ${url}`, () => {
    assert.equal(ownObjectURL(withBucket(own, "mine"), "a"), url);
    assert.ok(isSameBucket(withBucket(own, bucket), own));
  });
