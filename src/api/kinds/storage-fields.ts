import { optionAt } from "../options/capture-options.ts";
import { captureGroups } from "../options/groups.ts";
import { storageACLWords, storageClassWords } from "../options/storage-classes.ts";
import { optionSchema } from "./capture-schema.ts";
import { flag, object, typed, word, type Rule, type Schema, type Stored } from "./schema.ts";
import {
  bucketNeedsKey,
  dnsLabel,
  needsField,
  ownBucketFields,
  ownBucketRules,
} from "./shared-fields.ts";

const rules: Rule[] = [
  ...ownBucketRules(),
  {
    rule: "!has(self.bucket) || has(self.credentialsSecretRef) || has(self.accountName) || has(self.sealedKeys)",
    message: bucketNeedsKey,
    fieldPath: ".bucket",
  },
  needsField("accountName", "bucket", "must come with `bucket`: name the account's bucket"),
  needsField("class", "bucket", "must come with `bucket`: it is for your own bucket only"),
  needsField("acl", "bucket", "must come with `bucket`: it is for your own bucket only"),
  {
    rule: "!has(self.accountName) || !has(self.credentialsSecretRef)",
    message:
      "may not come with `credentialsSecretRef`: one key stores, so remove one of the two references",
    fieldPath: ".accountName",
  },
];

/** `spec.storage`: where a copy of the picture goes. */
export const storage = object(
  captureGroups["storage"]?.text ?? "",
  {
    path: storagePath(),
    ...ownBucketFields(),
    accountName: dnsLabel(
      "is the name of the Account whose bucket this is and whose key stores the copy. It is for jobs of the account's calls of `/take`, which carry a proof; another job names a Secret.",
    ),
    sealedKeys: flag(
      "says that the key of the bucket is among `sealed`: that of a call of `/take`, as the gateway writes it.",
    ),
    class: word("is the storage class of the copy; the bucket's own unless given.", [
      ...storageClassWords,
    ]),
    acl: word("says who may read the copy beside the owner of the bucket.", [...storageACLWords]),
  },
  { required: ["path"], rules },
);

export type JobStorage = Stored<typeof storage>;

function storagePath(): Schema<string, false> {
  const option = optionAt("storage.path");
  if (option === undefined) throw new TypeError("The catalogue has no storage.path");
  return typed<string>(optionSchema(option));
}
