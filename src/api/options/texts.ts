import type { OptionCondition } from "./capture-option.ts";
import type { NumberValue, TextRule, TextValue } from "./option-value.ts";

/** Rules for texts that several fields share. The patterns are read by RE2 (CEL) and by JavaScript alike. */

const scheme = "[Hh][Tt][Tt][Pp][Ss]?";

/** Longest address that is accepted anywhere. */
export const longestURL = 4096;

/** An absolute http or https address without credentials. Whether it may be visited is decided by `core`. */
export const urlRules: readonly TextRule[] = [
  {
    must: "match",
    pattern: `^${scheme}://[^/?#]`,
    message:
      "must be a whole address that begins with 'https://' or 'http://', such as 'https://example.com/pricing'",
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
    message: "must not contain blanks or control characters: write a blank as '%20'",
  },
];

/** A path in a bucket, without extension. */
export const storagePathRules: readonly TextRule[] = [
  {
    must: "match",
    pattern: "^[A-Za-z0-9!_.*'() /-]+$",
    message:
      "must contain only letters of the English alphabet, digits, blanks and ! _ . * ' ( ) / -, for instance 'pricing/today'",
  },
  {
    must: "not match",
    pattern: "^/|/$|//",
    message: "must not begin or end with '/' and must not contain '//': every part needs a name",
  },
  {
    must: "not match",
    pattern: "(^|/)\\.\\.?(/|$)",
    message: "must not contain '.' or '..' as a part: write the whole path from the bucket's root",
  },
];

/** For headers: visible ASCII with spaces in between. */
export const visibleASCII: TextRule = {
  must: "match",
  pattern: "^[!-~]([ -~]*[!-~])?$",
  message: "must consist of printable ASCII and must not begin or end with a space",
};

/** `external_identifier` of `/take`, `spec.webhook.externalIdentifier` of the resource. */
export const externalIdentifier: TextValue = {
  type: "string",
  minLength: 1,
  maxLength: 64,
  rules: [
    {
      must: "match",
      pattern: "^[A-Za-z0-9]+$",
      message: "must contain only letters of the English alphabet and digits",
    },
  ],
};

/** A CSS selector; whether it is valid CSS only the browser can tell. */
export const selector: TextValue = { type: "string", minLength: 1, maxLength: 1024 };

/** The length of an edge in CSS pixels; a limit on the whole picture is the worker's. */
export const edge: NumberValue = { type: "integer", minimum: 1, maximum: 16_384 };

/** Content inside the resource, in characters. */
export const longestInlineContent = 16_384;

/** For options that a PDF has no use for. */
export const imageFormats: OptionCondition = { path: "format", words: ["PNG", "JPEG", "WebP"] };

/** A part of addresses to compare with: a whole one, a domain, or with `*` for any text. */
export const addressPattern: TextValue = {
  type: "string",
  minLength: 1,
  maxLength: 512,
  rules: [
    {
      must: "match",
      pattern: "^[!-~]+$",
      message:
        "must consist of printable ASCII without blanks, such as 'example.com' or 'https://example.com/ads/*'",
    },
  ],
};
