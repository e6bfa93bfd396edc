import { account } from "./account.ts";
import { browserPool } from "./browser-pool.ts";
import type { KindDefinition } from "./kind-definition.ts";
import { screenshotClass } from "./screenshot-class.ts";
import { screenshotJob } from "./screenshot-job.ts";

/** The kinds of the group, in the order in which a reader meets them. */
export const kinds: readonly KindDefinition[] = [
  screenshotJob,
  browserPool,
  account,
  screenshotClass,
];
