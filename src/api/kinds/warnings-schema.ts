import { list, text } from "./schema.ts";

/** What the resource holds; further warnings are left out, longer ones cut. */
export const warningLimits = { count: 16, characters: 512 } as const;

/** `status.warnings`. */
export const warnings = list(
  "are sentences about what the capture gave up or assumed, such as a part of the page that did not load.",
  text("", { max: warningLimits.characters }),
  { max: warningLimits.count },
);
