import { cacheTTLBounds } from "../options/cache-limits.ts";
import { integer, object, text, time } from "./schema.ts";

/** `spec.cache`: under what key a picture answers equal calls of `/take`. */
export const cache = object(
  "keeps a copy of the picture that answers equal calls of `/take`. It is for jobs of an account's calls, which carry a proof; with other jobs it has no effect.",
  {
    key: text("is the digest of what equal calls have in common.", {
      min: 64,
      max: 64,
      rules: [
        {
          must: "match",
          pattern: "^[0-9a-f]{64}$",
          message: "must be 64 lower-case hexadecimal digits",
        },
      ],
    }),
    ttlSeconds: integer("is how long the copy answers calls.", {
      min: cacheTTLBounds.minimum,
      max: cacheTTLBounds.maximum,
    }),
  },
  { required: ["key", "ttlSeconds"] },
);

/** `status.cachedCopy`. */
export const cachedCopy = object(
  "is the copy of the picture that answers equal calls of `/take`; absent if none was asked for, or none could be made.",
  {
    key: text("is its key in the bucket of `artifact`.", { max: 1024 }),
    expirationTime: time("is when it no longer answers calls, and links to it end."),
  },
  { required: ["key", "expirationTime"] },
);
