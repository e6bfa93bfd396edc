import { integerOption, listOption, textOption, type RequestOption } from "./request-option.ts";
import { externalIdentifier } from "./text-rules.ts";

/** Where a job is in its life, as `GET /v1/jobs` names it. */
export const jobStates = ["unfinished", "succeeded", "failed"] as const;

export type JobState = (typeof jobStates)[number];

const words = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name]));

/** Which jobs `GET /v1/jobs` lists. A job has to fit every filter that is given; of a repeated one, one of its values. */
export const jobFilters = {
  state: listOption(
    "state",
    { maxItems: jobStates.length, items: { maxLength: 10 } },
    { words: words(jobStates), text: "is where the jobs are in their life; may be repeated." },
  ),
  reason: listOption(
    "reason",
    { maxItems: 32, items: { maxLength: 64 } },
    { text: "is the reason that the jobs have, such as `HostReturnedError`; may be repeated." },
  ),
  externalIdentifier: textOption("external_identifier", externalIdentifier, {
    text: "is the `external_identifier` of the call that made the job.",
  }),
  since: textOption(
    "since",
    { maxLength: 64 },
    { text: "is the time (RFC 3339) at or after which the jobs were created." },
  ),
  until: textOption(
    "until",
    { maxLength: 64 },
    { text: "is the time (RFC 3339) before which the jobs were created." },
  ),
  host: listOption(
    "host",
    { maxItems: 32, items: { maxLength: 253 } },
    {
      text: "is the host of the page, without port: a name, `*.example.com` for all below it, an address or a range of addresses; may be repeated.",
    },
  ),
  pool: textOption(
    "pool",
    { maxLength: 63 },
    { text: "is the name of the BrowserPool that takes the picture." },
  ),
  limit: integerOption(
    "limit",
    { minimum: 1, maximum: 200 },
    { default: 200, text: "is how many jobs an answer has at most." },
  ),
  continueToken: textOption(
    "continue",
    { maxLength: 8192 },
    { text: "is `continue` of the answer before, for the jobs after those." },
  ),
} as const satisfies Record<string, RequestOption>;
