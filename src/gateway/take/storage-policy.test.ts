import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccountSpec } from "../../api/kinds/resource-types.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { jobStorageOf } from "./storage-policy.ts";

const rules = {
  operatorBucket: "stills",
  allowsHTTP: false,
  targets: { allow: [], deny: [], clusterDomain: "cluster.local" },
};
const theirs = {
  bucket: "acme-shots",
  endpoint: "https://s3.example.com",
  region: "eu-west-1",
  credentialsSecretRef: { name: "acme-bucket" },
};
const storageKeys = { accessKeyID: "id", secretAccessKey: "secret" };
const nothing = { bucket: undefined, endpoint: undefined, class: undefined, acl: undefined };

function storageOf(
  given: Partial<Parameters<typeof jobStorageOf>[0]["storage"]>,
  {
    keys,
    storage,
    allowsHTTP = false,
  }: {
    keys?: Partial<typeof storageKeys>;
    storage?: AccountSpec["storage"];
    allowsHTTP?: boolean;
  } = {},
) {
  const spec = { namespace: "acme", ...(storage !== undefined && { storage }) } as AccountSpec;
  return jobStorageOf(
    {
      store: true,
      storage: { ...nothing, ...given },
      secrets: keys === undefined ? {} : { storageKeys: keys },
      spec: { storage: { path: "a" } },
    },
    { name: "acme", spec },
    { ...rules, allowsHTTP },
  );
}

test("a call that stores nothing has no storage, whatever else it says", () => {
  const call = {
    ...{ store: false, secrets: { storageKeys }, spec: {} },
    storage: { ...nothing, bucket: "NOT A BUCKET" },
  };
  assert.equal(jobStorageOf(call, { name: "acme", spec: {} as AccountSpec }, rules), undefined);
});

test("without keys the bucket is the account's, by its name, or the operator's", () => {
  const { credentialsSecretRef: _, ...own } = theirs;
  const named = { path: "a", ...own, accountName: "acme" };
  assert.deepEqual(storageOf({}), { path: "a" });
  assert.deepEqual(storageOf({ bucket: "stills" }), { path: "a" });
  assert.deepEqual(storageOf({}, { storage: theirs }), named);
  const same = { bucket: "acme-shots", endpoint: "https://s3.example.com/" };
  assert.deepEqual(storageOf(same, { storage: theirs }), named);
  const details = { class: "Glacier", acl: "PublicRead" } as const;
  assert.deepEqual(storageOf(details, { storage: theirs }), { ...named, ...details });
});

test("with keys of its own a call names any bucket, and what it leaves out is the account's", () => {
  const options = { keys: storageKeys, storage: theirs };
  const endpoint = "https://s3.eu-west-1.amazonaws.com";
  assert.deepEqual(storageOf({ bucket: "mine", endpoint }, options), {
    ...{ path: "a", sealedKeys: true, bucket: "mine", endpoint },
  });
  assert.deepEqual(storageOf({ bucket: "mine" }, options), {
    ...{
      path: "a",
      sealedKeys: true,
      bucket: "mine",
      endpoint: theirs.endpoint,
      region: theirs.region,
    },
  });
  assert.deepEqual(storageOf({ endpoint }, options), {
    path: "a",
    sealedKeys: true,
    bucket: "acme-shots",
    endpoint,
  });
  assert.deepEqual(storageOf({ bucket: "mine" }, { keys: storageKeys }), {
    ...{ path: "a", sealedKeys: true, bucket: "mine" },
  });
});

test("another bucket with keys of its own is one of the account's service, also where its endpoint names the account's bucket", () => {
  const storage = { ...theirs, endpoint: "https://acme-shots.s3.example.com:9000" };
  assert.deepEqual(storageOf({ bucket: "mine" }, { keys: storageKeys, storage }), {
    ...{ path: "a", sealedKeys: true, bucket: "mine", region: theirs.region },
    endpoint: "https://s3.example.com:9000",
  });
  assert.equal(storageOf({}, { keys: storageKeys, storage })?.endpoint, storage.endpoint);
});

test("a call that repeats the account's endpoint keeps the account's region, and another endpoint does not", () => {
  const options = { keys: storageKeys, storage: theirs };
  for (const endpoint of [theirs.endpoint, `${theirs.endpoint}/`]) {
    assert.equal(storageOf({ endpoint }, options)?.region, theirs.region);
    assert.equal(storageOf({ endpoint, bucket: "mine" }, options)?.region, theirs.region);
  }
  const other = storageOf({ endpoint: "https://s3.example.org" }, options);
  assert.equal(other?.region, undefined);
});

const refused: [what: string, () => unknown, code: string, message: RegExp][] = [
  [
    "the operator's key elsewhere",
    () => storageOf({ bucket: "b-b" }),
    "invalid_storage_configuration",
    /another bucket than the account's/,
  ],
  [
    "the account's key elsewhere",
    () => storageOf({ bucket: "stills" }, { storage: theirs }),
    "invalid_storage_configuration",
    /"storage_bucket" names another/,
  ],
  [
    "the account's key at another service",
    () => storageOf({ endpoint: "https://evil.example" }, { storage: theirs }),
    "invalid_storage_configuration",
    /"storage_endpoint" names another/,
  ],
  [
    "half a key",
    () => storageOf({ bucket: "mine" }, { keys: { accessKeyID: "id" } }),
    "invalid_storage_configuration",
    /give both/,
  ],
  [
    "a key without a bucket",
    () => storageOf({}, { keys: storageKeys }),
    "invalid_storage_configuration",
    /"storage_bucket" is required/,
  ],
  [
    "no bucket's name",
    () => storageOf({ bucket: "A_B" }, { keys: storageKeys }),
    "invalid_storage_configuration",
    /name of an S3 bucket/,
  ],
  [
    "too short a name",
    () => storageOf({ bucket: "ab" }, { keys: storageKeys }),
    "invalid_storage_configuration",
    /"storage_bucket"/,
  ],
  [
    "an endpoint with a query",
    () => storageOf({ bucket: "mine", endpoint: "https://a.example/?b" }, { keys: storageKeys }),
    "invalid_storage_configuration",
    /"storage_endpoint" must be the address/,
  ],
  [
    "a service without TLS",
    () => storageOf({ bucket: "mine", endpoint: "http://a.example" }, { keys: storageKeys }),
    "invalid_storage_configuration",
    /must begin with https/,
  ],
  [
    "an account's service without TLS",
    () => storageOf({}, { storage: { ...theirs, endpoint: "http://a.example" } }),
    "invalid_storage_configuration",
    /^The account's storage endpoint: .* must begin with https/,
  ],
  [
    "an account's service without TLS, for a key of the caller's",
    () =>
      storageOf(
        { bucket: "mine" },
        { keys: storageKeys, storage: { ...theirs, endpoint: "http://a.example" } },
      ),
    "invalid_storage_configuration",
    /^The account's storage endpoint: .* must begin with https/,
  ],
  [
    "a class in the operator's bucket",
    () => storageOf({ class: "Glacier" }),
    "invalid_storage_configuration",
    /a bucket of your own/,
  ],
  [
    "an address inside",
    () => storageOf({ bucket: "mine", endpoint: "https://169.254.169.254" }, { keys: storageKeys }),
    "request_not_valid",
    /is not public/,
  ],
];
for (const [what, call, code, message] of refused)
  test(`${what} is refused`, () => {
    assert.throws(call, (thrown) => {
      assert.ok(thrown instanceof TakeError);
      assert.equal(thrown.code, code);
      assert.match(thrown.message, message);
      return true;
    });
  });

test("an operator may allow services without TLS, for trials", () => {
  const endpoint = "http://a.example:9000";
  assert.deepEqual(
    storageOf({ bucket: "mine", endpoint }, { keys: storageKeys, allowsHTTP: true }),
    {
      ...{ path: "a", sealedKeys: true, bucket: "mine", endpoint },
    },
  );
});
