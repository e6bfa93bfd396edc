import type { Schema } from "./schema.ts";
import { integer, list, object, text, time, word } from "./schema.ts";

/** `status.conditions`, with the fields and limits of Kubernetes' own Condition type. */
export function conditionsSchema(description: string): Schema {
  const condition = object(
    "is one observation about the object.",
    {
      type: text("is the kind of observation.", { max: 63 }),
      status: word("is True, False, or Unknown while it is not decided.", [
        "True",
        "False",
        "Unknown",
      ]),
      reason: text("is a word of the catalogue of reasons.", {
        max: 128,
        rules: [
          {
            must: "match",
            pattern: "^[A-Z][A-Za-z0-9]*$",
            message: "must be one word that begins with a capital letter",
          },
        ],
      }),
      message: text("is a sentence for a person.", { min: 0, max: 4096 }),
      observedGeneration: integer("is the generation of the spec that was looked at.", {
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
      }),
      lastTransitionTime: time("is when the status last changed."),
    },
    { required: ["type", "status", "reason", "message", "lastTransitionTime"] },
  );
  return list(description, condition, { max: 8, keys: ["type"] });
}

export function observedGenerationSchema(): Schema {
  return integer("is the generation of the spec that this status speaks of.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  });
}
