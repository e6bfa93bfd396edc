import type { DeliveryOutcome } from "../../api/messages/delivery-messages.ts";
import type { Condition, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { withCondition } from "../conditions.ts";

const longestMessageCharacters = 600;

/** The conditions of a finished job with the outcome of its webhook; undefined when the outcome was final before. */
export function notifiedConditions(
  job: ScreenshotJob,
  outcome: { delivery: DeliveryOutcome; message: string },
  nowMilliseconds: number,
): Condition[] | undefined {
  const conditions = job.status?.conditions ?? [];
  const notified = conditions.find(({ type }) => type === "Notified");
  if (notified?.status !== "Unknown") return undefined;
  return withCondition(
    conditions,
    {
      type: "Notified",
      status: outcome.delivery === "Delivered" ? "True" : "False",
      reason: outcome.delivery,
      message: outcome.message.slice(0, longestMessageCharacters),
      observedGeneration: job.metadata.generation,
    },
    nowMilliseconds,
  );
}
