import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { count, nonEmptyText } from "./message-fields.ts";

const usageQuestion = Type.Object({ account: nonEmptyText });

/** `stills.v1.ask.usage`: gateway → the leading controller, for a call of `/usage`. */
export type UsageQuestion = Static<typeof usageQuestion>;

/** @throws Failure(RequestMalformed) */
export const parseUsageQuestion = parserOf("usage question", usageQuestion);

const usageAnswer = Type.Object({
  /** Jobs of this month (UTC), including those about to be created. */
  startedThisMonth: count,
  /** Jobs that ended with a picture in this month. */
  succeededThisMonth: count,
  /** Jobs that have not ended, including those about to be created. A controller of an earlier version does not tell. */
  unfinished: Type.Optional(count),
  /** Jobs that were admitted or created in this minute (UTC). */
  startedThisMinute: count,
  /** When the next minute begins, by the controller's clock. */
  nextMinuteMilliseconds: count,
});

export type UsageAnswer = Static<typeof usageAnswer>;

/** @throws Failure(RequestMalformed) */
export const parseUsageAnswer = parserOf("usage answer", usageAnswer);
