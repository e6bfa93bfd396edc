import { longestCiphertext, sealedFieldNames } from "../options/sealed-fields.ts";
import { contentDigest } from "../options/text-rules.ts";
import { list, object, text, word, type Stored } from "./schema.ts";

const base64url = {
  must: "match",
  pattern: "^[A-Za-z0-9_-]+$",
  message: "must be base64url without padding, as the gateway writes it",
} as const;

/** `spec.sealed`: the gateway writes it. */
export const sealedFields = list(
  "are secrets of a call over HTTP, encrypted for this job alone: moved to another job, or with another spec, they end it with SealInvalid.",
  object(
    "One secret.",
    {
      field: word("says what it is.", sealedFieldNames),
      keyID: text("names the key pair it was sealed to.", {
        max: 16,
        rules: [
          {
            must: "match",
            pattern: "^[0-9a-f]{16}$",
            message: "must be 16 hexadecimal digits, as the gateway writes it",
          },
        ],
      }),
      encapsulatedKey: text("is the public key of this one encryption (HPKE, RFC 9180).", {
        max: 43,
        rules: [base64url],
      }),
      ciphertext: text("is the encrypted secret.", {
        max: longestCiphertext,
        rules: [base64url],
      }),
      ciphertextDigest: text(
        "is the SHA-256 digest of a longer encrypted secret, which is in the object store.",
        { max: contentDigest.maxLength, rules: contentDigest.rules ?? [] },
      ),
    },
    {
      required: ["field", "keyID", "encapsulatedKey"],
      rules: [
        {
          rule: "has(self.ciphertext) != has(self.ciphertextDigest)",
          message: "must have exactly one of `ciphertext` and `ciphertextDigest`",
        },
      ],
    },
  ),
  { min: 1, max: sealedFieldNames.length, keys: ["field"] },
);
/** One secret, sealed with HPKE to the controllers' public key and bound to this one job. */
export type SealedField = Stored<typeof sealedFields>[number];
