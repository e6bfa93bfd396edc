import type { NumberValue, TextRule, TextValue } from "./option-value.ts";

/** Rules that several fields share. The patterns mean the same in RE2 (CEL) and in JavaScript. */

const scheme = "[Hh][Tt][Tt][Pp][Ss]?";

/** Longest address that is accepted anywhere. */
export const longestURL = 4096;

/** An absolute http or https address without credentials. Whether a worker may visit it is up to `core/targets`. */
export const urlRules: readonly TextRule[] = [
  {
    must: "match",
    pattern: `^${scheme}://[^/?#]`,
    message:
      "must be an absolute address that begins with 'https://' or 'http://', such as 'https://example.com/pricing'",
  },
  {
    must: "not match",
    pattern: `^${scheme}://${scheme}:`,
    message: "must not name the scheme twice: remove one 'https://'",
  },
  {
    must: "not match",
    pattern: "^[^/]*//[^/?#]*@",
    message: "must not contain a user name or password: remove the part before '@'",
  },
  {
    must: "not match",
    pattern: "[\\s\\x00-\\x1f\\x7f]",
    message: "must not contain spaces or control characters: write a space as '%20'",
  },
];

/** A path in a bucket, without extension. */
export const storagePathRules: readonly TextRule[] = [
  {
    must: "match",
    pattern: "^[A-Za-z0-9!_.*'() /-]+$",
    message:
      "must contain only ASCII letters, digits, spaces and ! _ . * ' ( ) / -, for instance 'pricing/today'",
  },
  {
    must: "not match",
    pattern: "^/|/$|//",
    message: "must not begin or end with '/' and must not contain '//': every part needs a name",
  },
  {
    must: "not match",
    pattern: "(^|/)\\.\\.?(/|$)",
    message: "must not contain '.' or '..' as a part: write the full path from the bucket's root",
  },
];

/** What a bucket may be called. */
export const bucketName: TextValue = {
  type: "string",
  minLength: 3,
  maxLength: 63,
  rules: [
    {
      must: "match",
      pattern: "^[a-z0-9][a-z0-9.-]*[a-z0-9]$",
      message:
        "must be the name of an S3 bucket: small letters, digits, '-' and '.', beginning and ending with a letter or a digit",
    },
  ],
};

/** The address of an S3 service. */
export const bucketEndpoint: TextValue = {
  type: "string",
  minLength: 1,
  maxLength: 512,
  rules: [
    ...urlRules,
    {
      must: "not match",
      pattern: "[?#]",
      message:
        "must be the address of the service without '?' and '#', such as 'https://s3.eu-west-1.amazonaws.com'",
    },
  ],
};

/** For headers: visible ASCII with spaces in between. */
export const visibleASCII: TextRule = {
  must: "match",
  pattern: "^[!-~]([ -~]*[!-~])?$",
  message: "must consist of printable ASCII and must not begin or end with a space",
};

export const alphanumeric: TextRule = {
  must: "match",
  pattern: "^[A-Za-z0-9]+$",
  message: "must only contain alpha-numeric characters (ASCII letters and digits)",
};

/** `external_identifier` of `/take`, `spec.webhook.externalIdentifier` of the resource. */
export const externalIdentifier: TextValue = {
  type: "string",
  minLength: 1,
  maxLength: 64,
  rules: [alphanumeric],
};

/** A CSS selector. Only the browser can tell whether it is valid CSS. */
export const selector: TextValue = { type: "string", minLength: 1, maxLength: 1024 };

/** An edge in CSS pixels. The worker limits the size of the picture. */
export const edge: NumberValue = { type: "integer", minimum: 1, maximum: 16_384 };

/** Content inside the resource, in characters. */
export const longestInlineContent = 16_384;

/** Content that a job refers to: as much as the body of a call may have by default. */
export const largestInputBytes = 5 * 1024 * 1024;

/** The digest of content in the object store. */
export const contentDigest: TextValue = {
  type: "string",
  maxLength: 71,
  rules: [
    {
      must: "match",
      pattern: "^sha256:[0-9a-f]{64}$",
      message: "must be 'sha256:' followed by 64 lower-case hexadecimal digits",
    },
  ],
};

/** An address, a domain, or a pattern in which `*` stands for any text. */
export const addressPattern: TextValue = {
  type: "string",
  minLength: 1,
  maxLength: 512,
  rules: [
    {
      must: "match",
      pattern: "^[!-~]+$",
      message:
        "must consist of printable ASCII without spaces, such as 'example.com' or 'https://example.com/ads/*'",
    },
  ],
};
