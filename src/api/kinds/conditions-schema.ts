import type { AccountReason } from "../reasons/account-reasons.ts";
import type { PoolReason } from "../reasons/pool-reasons.ts";
import type { Reason } from "../reasons/reasons.ts";
import {
  integer,
  list,
  object,
  text,
  time,
  typed,
  word,
  type Schema,
  type Stored,
} from "./schema.ts";

/** The words of our catalogues: the schema takes any word, so that another version's objects can be read. */
type AnyReason = Reason | PoolReason | AccountReason;

const condition = object(
  "is one observation about the object.",
  {
    type: text("is the type of the condition.", { max: 63 }),
    status: word("is True, False, or Unknown while it is undecided.", ["True", "False", "Unknown"]),
    reason: typed<AnyReason>(
      text("is a word of the catalogue of reasons.", {
        max: 128,
        rules: [
          {
            must: "match",
            pattern: "^[A-Z][A-Za-z0-9]*$",
            message: "must be one word that begins with a capital letter",
          },
        ],
      }),
    ),
    message: text("is a sentence for a person.", { min: 0, max: 4096 }),
    observedGeneration: integer("is the generation of the spec that was observed.", {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
    }),
    lastTransitionTime: time("is when the status last changed."),
  },
  { required: ["type", "status", "reason", "message", "lastTransitionTime"] },
);

export type Condition = Stored<typeof condition>;

/** `status.conditions`, with the fields and limits of Kubernetes' own Condition type. */
export function conditionsSchema(description: string): Schema<Condition[], false> {
  return list(description, condition, { max: 8, keys: ["type"] });
}

export function observedGenerationSchema(): Schema<number, false> {
  return integer("is the generation of the spec that this status describes.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  });
}
