import type { TextRule } from "../options/option-value.ts";
import { bucketEndpoint, bucketName } from "../options/text-rules.ts";
import type { Rule, Schema } from "./schema.ts";
import { object, text } from "./schema.ts";

/** Fields that more than one kind has. */

export const dnsLabelRule: TextRule = {
  must: "match",
  pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
  message:
    "must consist of small letters, digits and '-', and begin and end with a letter or a digit",
};

const dnsSubdomainRule: TextRule = {
  must: "match",
  pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
  message:
    "must consist of small letters, digits, '-' and '.', and begin and end with a letter or a digit",
};

export function dnsLabel(description: string): Schema<string, false>;
export function dnsLabel(description: string, preset: string): Schema<string, true>;
export function dnsLabel(description: string, preset?: string): Schema<string> {
  return text(description, {
    max: 63,
    rules: [dnsLabelRule],
    ...(preset === undefined ? {} : { default: preset }),
  });
}

/** The name of any object of Kubernetes. */
export function objectName(description: string): Schema<string, false> {
  return text(description, { max: 253, rules: [dnsSubdomainRule] });
}

/** A Secret of the same namespace, as a whole. */
export function secretRef(description: string): Schema<{ name: string }, false> {
  return object(
    description,
    { name: objectName("is the name of the Secret.") },
    { required: ["name"], atomic: true },
  );
}

interface SecretKeyRef {
  name: string;
  key: string;
}

/** One key of a Secret of the same namespace. */
export function secretKeyRef(description: string): Schema<SecretKeyRef, false> {
  return object(
    description,
    {
      name: objectName("is the name of the Secret."),
      key: text("is the key in the Secret's data.", {
        max: 253,
        rules: [
          {
            must: "match",
            pattern: "^[-._a-zA-Z0-9]+$",
            message: "must consist of letters, digits, '-', '_' and '.'",
          },
        ],
      }),
    },
    { required: ["name", "key"], atomic: true },
  );
}

/** A tenant's bucket and its key: the same for a job and for an account. */
export function ownBucketFields() {
  return {
    bucket: text("is the name of your own bucket.", {
      min: bucketName.minLength ?? 0,
      max: bucketName.maxLength,
      rules: bucketName.rules ?? [],
    }),
    endpoint: text(
      "is the address of the S3 service that has `bucket`; Amazon S3 in `region` unless given. If its host begins with the bucket's name and a dot, the service takes it there (virtual-host style), as Amazon does anyway; else in the path. https, unless the operator allows http for trials.",
      { max: bucketEndpoint.maxLength, rules: bucketEndpoint.rules ?? [] },
    ),
    region: text(
      "is the region of the bucket, such as eu-west-1. Unless given, it is the one in the host of `endpoint`, or us-east-1.",
      {
        max: 64,
        rules: [
          {
            must: "match",
            pattern: "^[A-Za-z0-9-]+$",
            message: "must consist of letters, digits and '-', such as 'eu-west-1'",
          },
        ],
      },
    ),
    credentialsSecretRef: secretRef(
      "names a Secret with the keys accessKeyID and secretAccessKey; they need s3:PutObject only. A job's Secret is in the job's namespace and carries the label stills.dev/usable-by-jobs: \"true\".",
    ),
  };
}

/** A rule that a field is there only with another one. */
export function needsField(field: string, other: string, message: string): Rule {
  return {
    rule: `!has(self.${field}) || has(self.${other})`,
    message,
    fieldPath: `.${field}`,
  };
}

/** What is said of a bucket, only with the bucket. */
export function ownBucketRules(): Rule[] {
  return [
    needsField("endpoint", "bucket", "must come with `bucket`: name the bucket on that service"),
    needsField("region", "bucket", "must come with `bucket`: name the bucket in that region"),
    needsField(
      "credentialsSecretRef",
      "bucket",
      "must come with `bucket`: name the bucket the key is for",
    ),
  ];
}

/** The sentence for a bucket whose key is missing. */
export const bucketNeedsKey =
  "must come with `credentialsSecretRef`: your own bucket needs your own key";

/**
 * `place` and `limit` are numbers below `self` that both have a default, so both are there when the rule is looked at. The
 * numbers themselves cannot be said: the server's cost estimate for `string(number)` has no bound.
 */
export function atMostRule(place: string, limit: string, limitDefault: number): Rule {
  return {
    rule: `self.${place} <= self.${limit}`,
    message: `must be at most \`${limit}\` (${limitDefault} unless given): lower this, or raise that`,
    fieldPath: `.${place}`,
  };
}
