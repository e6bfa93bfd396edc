import type { TextRule } from "../options/option-value.ts";
import { urlRules } from "../options/text-rules.ts";
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
    bucket: text("is the name of your own bucket; needs `credentialsSecretRef`.", {
      min: 3,
      max: 63,
      rules: [
        {
          must: "match",
          pattern: "^[a-z0-9][a-z0-9.-]*[a-z0-9]$",
          message:
            "must be the name of an S3 bucket: small letters, digits, '-' and '.', beginning and ending with a letter or a digit",
        },
      ],
    }),
    endpoint: text(
      "is the address of the S3 service that has `bucket`, without the bucket; AWS in `region` unless given. https, unless the operator allows http for trials.",
      {
        max: 512,
        rules: [
          ...urlRules,
          {
            must: "match",
            pattern: "^[^/]*//[^/?#]*/?$",
            message:
              "must be the address of the service alone, without path, '?' or '#', such as 'https://s3.eu-west-1.amazonaws.com'",
          },
        ],
      },
    ),
    region: text("is the region of the bucket, such as eu-west-1; us-east-1 unless given.", {
      max: 64,
      rules: [
        {
          must: "match",
          pattern: "^[A-Za-z0-9-]+$",
          message: "must consist of letters, digits and '-', such as 'eu-west-1'",
        },
      ],
    }),
    credentialsSecretRef: secretRef(
      "names a Secret with the keys accessKeyID and secretAccessKey; they need s3:PutObject only. A job's Secret is in the job's namespace and carries the label stills.dev/usable-by-jobs: \"true\".",
    ),
  };
}

/** `bucket` and its key only together; the rest only with them. */
export function ownBucketRules(): Rule[] {
  const needs = (field: string, other: string, message: string): Rule => ({
    rule: `!has(self.${field}) || has(self.${other})`,
    message,
    fieldPath: `.${field}`,
  });
  return [
    needs(
      "bucket",
      "credentialsSecretRef",
      "must come with `credentialsSecretRef`: your own bucket needs your own key",
    ),
    needs(
      "endpoint",
      "credentialsSecretRef",
      "must come with `credentialsSecretRef`: your own S3 service needs your own key",
    ),
    needs("endpoint", "bucket", "must come with `bucket`: name the bucket on that service"),
    needs("region", "bucket", "must come with `bucket`: name the bucket in that region"),
    needs(
      "credentialsSecretRef",
      "bucket",
      "must come with `bucket`: name the bucket the key is for",
    ),
  ];
}

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
