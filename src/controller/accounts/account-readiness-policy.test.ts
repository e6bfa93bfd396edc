import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccountSpec } from "../../api/kinds/resource-types.ts";
import { accountReadiness } from "./account-readiness-policy.ts";
import type { ObservedAccount } from "./account-readiness-policy.ts";

const spec: AccountSpec = {
  namespace: "marketing",
  credentialsSecretRef: { name: "marketing-keys" },
  poolName: "fast",
  requireSignature: false,
  suspended: false,
};
const well: ObservedAccount = {
  spec,
  secret: { problem: undefined },
  storageProblem: undefined,
  namespace: "Active",
  pool: "Usable",
};

const cases: [name: string, changes: Partial<ObservedAccount>, reason: string, message: RegExp][] =
  [
    ["all is there", {}, "AccountReady", /accepted/],
    ["suspended", { spec: { ...spec, suspended: true } }, "Suspended", /`suspended`/],
    [
      "a target that means nothing",
      { spec: { ...spec, targets: { allow: ["example.com"], deny: ["10.0.0.1/8"] } } },
      "TargetsInvalid",
      /`targets.deny` has '10\.0\.0\.1\/8'/,
    ],
    [
      "a bucket without its keys",
      {
        spec: { ...spec, storage: { bucket: "theirs", credentialsSecretRef: { name: "keys" } } },
        storageProblem: "has no secretAccessKey",
      },
      "StorageInvalid",
      /^The Secret 'keys' of `storage` has no secretAccessKey$/,
    ],
    [
      "a bucket of its own",
      { spec: { ...spec, storage: { bucket: "theirs", credentialsSecretRef: { name: "keys" } } } },
      "AccountReady",
      /accepted/,
    ],
    ["no Secret", { secret: "Missing" }, "CredentialsMissing", /'marketing-keys'.*accessKey/],
    [
      "an empty key",
      { secret: { problem: "has an empty secretKey" } },
      "CredentialsMissing",
      /^The Secret 'marketing-keys' has an empty secretKey$/,
    ],
    ["no namespace", { namespace: "Missing" }, "NamespaceMissing", /'marketing' does not exist/],
    ["the namespace goes", { namespace: "Terminating" }, "NamespaceMissing", /being deleted/],
    ["no pool", { pool: "Missing" }, "PoolMissing", /BrowserPool 'fast'/],
    [
      "the pool is for others",
      { pool: "NamespaceNotAllowed" },
      "NamespaceNotAllowed",
      /allowedNamespaces/,
    ],
  ];

for (const [name, changes, reason, message] of cases)
  test(`Ready of an account: ${name}`, () => {
    const readiness = accountReadiness({ ...well, ...changes });
    assert.equal(readiness.reason, reason);
    assert.equal(readiness.status, reason === "AccountReady" ? "True" : "False");
    assert.match(readiness.message, message);
  });
