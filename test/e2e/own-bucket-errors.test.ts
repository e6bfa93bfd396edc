import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { bucketServices } from "../support/shared-servers/shared-stills.ts";
import type { TakeOptions } from "../support/take-caller.ts";
import { OwnBucketWorld, putter } from "./own-bucket-world.ts";

/** What `/take` says about buckets of customers that do not take a picture: three error codes, each where it belongs, and no secret. */

const { domain } = bucketServices;
let world: OwnBucketWorld;

before(async () => {
  world = await OwnBucketWorld.start("own-bucket-errors");
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

interface Refusal {
  /** Read when the servers run. */
  readonly options?: TakeOptions;
  without?: readonly string[];
  code: string;
  reason: string;
  message: RegExp;
}

const denied = { code: "storage_access_denied", reason: "BucketDenied" };
const invalid = { code: "invalid_storage_configuration", reason: "BucketInvalid" };

/** Told once the service was asked: the page is captured once, whatever happens then. */
const refusedByService: Record<string, Refusal> = {
  "a wrong secret": {
    get options() {
      return { storage_secret_access_key: "not-the-secret" };
    },
    ...denied,
    message: /403 SignatureDoesNotMatch; check its access key ID/,
  },
  "a key that nobody has": {
    get options() {
      return { storage_access_key_id: "nobody" };
    },
    ...denied,
    message: /InvalidAccessKeyId; check its access key ID/,
  },
  "a key without the right": {
    get options() {
      return { storage_bucket: "closed" };
    },
    ...denied,
    message: /'closed' refused the picture.*AccessDenied; give its key the right s3:PutObject/,
  },
  "a bucket that does not exist": {
    get options() {
      return { storage_bucket: "nowhere" };
    },
    ...invalid,
    message: /'nowhere' does not exist at 127\.0\.53\.21/,
  },
  "the endpoint of another region": {
    get options() {
      return { storage_endpoint: `https://s3.eu-central-1.${domain}:${world.buckets.port}` };
    },
    ...invalid,
    message: /in the region 'us-east-1'.*give the address of that region in `storage_endpoint`/,
  },
  "a host name that does not exist": {
    get options() {
      return { storage_endpoint: "https://s3.nowhere.example" };
    },
    ...invalid,
    message: /host name s3\.nowhere\.example .*does not exist; check `storage_endpoint`/,
  },
  "a certificate of a stranger": {
    get options() {
      return { storage_endpoint: world.stranger.endpoint };
    },
    ...invalid,
    message: /TLS certificate of 127\.0\.53\.21:\d+.*is not valid/,
  },
  "a name with a private address": {
    get options() {
      return { storage_endpoint: "https://inside.example" };
    },
    ...{ code: "request_not_valid", reason: "TargetNotAllowed" },
    message: /`storage_endpoint`: The address of inside\.example is not public/,
  },
  "a service that fails again and again": {
    get options() {
      return { storage_endpoint: world.failing.endpoint };
    },
    ...{ code: "storage_returned_transient_error", reason: "BucketUnavailable" },
    message: /did not take the picture: it answered 503 SlowDown/,
  },
};

/** Told at once: no job is made. */
const refusedAtOnce: Record<string, Refusal> = {
  "an address that is private": {
    get options() {
      return { storage_endpoint: "https://10.1.2.3" };
    },
    ...{ code: "request_not_valid", reason: "TargetNotAllowed" },
    message: /"storage_endpoint": The address of 10\.1\.2\.3 is not public/,
  },
  "an address without TLS": {
    get options() {
      return { storage_endpoint: "http://s3.example.com" };
    },
    ...invalid,
    message: /must begin with https:.*STILLS_STORAGE_ALLOW_HTTP=true/,
  },
  "half a key": {
    without: ["storage_secret_access_key"],
    ...invalid,
    message: /are one key: give both/,
  },
  "no bucket": {
    without: ["storage_bucket"],
    ...invalid,
    message: /"storage_bucket" is required, since the account has no bucket/,
  },
  "a name that no bucket has": {
    get options() {
      return { storage_bucket: "My_Bucket" };
    },
    ...invalid,
    message: /"storage_bucket" must be the name of an S3 bucket/,
  },
};

async function assertRefused(path: string, refusal: Refusal): Promise<void> {
  const options: Record<string, TakeOptions[string]> = world.stored(path, refusal.options);
  for (const name of refusal.without ?? []) Reflect.deleteProperty(options, name);
  const answer = await world.caller.take(options);
  const body = (await answer.json()) as Record<string, string>;
  assert.equal(body["error_code"], refusal.code, body["error_message"] ?? "");
  assert.equal(answer.status, 400);
  assert.match(body["error_message"] ?? "", refusal.message);
  assert.equal(answer.headers.get("x-stills-reason"), refusal.reason);
  for (const secret of Object.values(putter))
    assert.ok(!JSON.stringify([body, [...answer.headers]]).includes(secret));
}

suite("what is wrong with a bucket is said", () => {
  for (const [index, [name, refusal]] of Object.entries(refusedByService).entries())
    test(name, async () => {
      const before = world.failing.requests;
      await assertRefused(`refused-${index}`, refusal);
      assert.equal(world.visits(`refused-${index}`), 1, "captured once");
      if (refusal.reason === "BucketUnavailable") assert.equal(world.failing.requests - before, 4);
    });

  for (const [index, [name, refusal]] of Object.entries(refusedAtOnce).entries())
    test(`at once: ${name}`, async () => {
      await assertRefused(`at-once-${index}`, refusal);
      assert.equal(world.visits(`at-once-${index}`), 0);
    });

  test("at once: a bucket, an endpoint or a class for the operator's key", async () => {
    const url = world.page("operators");
    for (const [options, message] of [
      [{ storage_bucket: "shots" }, /"storage_bucket" names another bucket than the account's/],
      [{ storage_endpoint: world.buckets.endpoint }, /"storage_endpoint" names another bucket/],
      [{ storage_class: "glacier" }, /are for a bucket of your own/],
      [{ storage_acl: "public-read" }, /are for a bucket of your own/],
    ] as const) {
      const error = await world.caller.error({ url, store: true, storage_path: "a", ...options });
      assert.equal(error.code, "invalid_storage_configuration");
      assert.match(error.message, message);
    }
    assert.equal(world.visits("operators"), 0);
    const { bucket } = world.at.objects;
    const named = { store: true, storage_path: "a", storage_class: "standard", storage_acl: "" };
    await world.caller.bytes({ url, ...named, storage_bucket: bucket });
  });
});
