import { accountReasons } from "../reasons/account-reasons.ts";
import { conditionsSchema, observedGenerationSchema } from "./conditions-schema.ts";
import type { KindDefinition } from "./kind-definition.ts";
import { jobPriorities } from "./job-priority.ts";
import { ageColumn } from "./kind-definition.ts";
import { flag, integer, list, object, text, time, word, type Stored } from "./schema.ts";
import {
  bucketNeedsKey,
  dnsLabel,
  needsField,
  ownBucketFields,
  ownBucketRules,
  secretRef,
} from "./shared-fields.ts";

/** A host name, `*.` and a host name, or an address range. What an entry means: `core/targets/host-list.ts`. */
const target = text("is a host name, '*.' and a host name, or a range of addresses.", {
  max: 253,
  rules: [
    {
      must: "match",
      pattern: "^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$|^[0-9a-f.:]+/[0-9]{1,3}$",
      message:
        "must be a host name in small letters such as 'example.com' or '*.example.com' (an international one in its form with 'xn--'), or a range such as '203.0.113.0/24'",
    },
  ],
});

const spec = object(
  "spec names the customer and says what it may do.",
  {
    namespace: dnsLabel("is the namespace of the customer's jobs."),
    credentialsSecretRef: secretRef(
      "names a Secret beside the Account with the keys accessKey and secretKey and, during a rotation, previousAccessKey and previousSecretKey.",
    ),
    requireSignature: flag(
      "says whether calls of `/take` without a signature are refused; native routes then want the secret key, since the access key is public.",
      false,
    ),
    suspended: flag("says whether every call of the account is refused.", false),
    limits: object("limits what the account may use; without a field, there is no such limit.", {
      requestsPerMinute: integer(
        "is how many calls are accepted per minute (UTC), over all gateways, however they end.",
        {
          min: 1,
          max: 1_000_000,
        },
      ),
      requestsPerMonth: integer(
        "is how many calls may end with a picture per calendar month (UTC). Calls that have not ended count until they fail; failed ones do not.",
        {
          min: 1,
          max: 2 ** 31 - 1,
        },
      ),
      concurrentJobs: integer("is how many unfinished jobs may exist.", {
        min: 1,
        max: 100_000,
      }),
      maxPriority: word(
        "is the most urgent class in which the account's jobs wait for a slot: with Batch, its synchronous calls wait as its asynchronous ones do.",
        jobPriorities,
      ),
    }),
    storage: object(
      "is the customer's own bucket: where pictures go when a call asks to store one and names no other bucket. Without it they go to the operator's bucket.",
      ownBucketFields(),
      {
        rules: [...ownBucketRules(), needsField("bucket", "credentialsSecretRef", bucketNeedsKey)],
      },
    ),
    targets: object(
      "limits which pages the account may capture, within what the operator allows. Entries are host names, '*.' and a host name for every name below it, and ranges of addresses; ports do not matter. Content that a call brings is no target. A webhook is no page.",
      {
        allow: list(
          "are the only hosts whose documents are shown: of the page, of every address it is redirected to or goes to by itself, and of its frames. Pictures, styles, scripts and data of other hosts are loaded. A range here has only hosts that a URL names by their address. All unless given.",
          target,
          {
            max: 256,
            kind: "set",
          },
        ),
        deny: list(
          "are hosts to which no connection is made for the account's pages, not for parts of them either, also those in `allow`. A range has hosts whose names lead to it, too. Through a caller's own proxy only the name or address itself is compared.",
          target,
          {
            max: 256,
            kind: "set",
          },
        ),
      },
    ),
    poolName: dnsLabel("is the BrowserPool of the account's jobs.", "default"),
  },
  { required: ["namespace", "credentialsSecretRef"] },
);

const status = object("status is what the controller observes of the account.", {
  observedGeneration: observedGenerationSchema(),
  usage: object(
    "is what the account has used in this period.",
    {
      periodStart: time("is when the period began: the first day of a calendar month, in UTC."),
      lastCountedTime: time(
        "is the moment up to which the numbers include jobs; the controller adds later ones from the jobs themselves.",
      ),
      total: integer("is how many calls were accepted.", { min: 0, max: Number.MAX_SAFE_INTEGER }),
      succeeded: integer("is how many of them ended with a picture.", {
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
      }),
    },
    { required: ["periodStart", "lastCountedTime", "total", "succeeded"] },
  ),
  conditions: conditionsSchema("has one member, Ready."),
});

/** As stored: the API server has filled in the defaults. */
export type AccountSpec = Stored<typeof spec>;

export type AccountStatus = Stored<typeof status>;

export const account: KindDefinition = {
  kind: "Account",
  plural: "accounts",
  shortNames: [],
  text: "Account is one customer of the HTTP API. It lives in the namespace of accounts, beside the Secrets that it names.",
  spec,
  status,
  rules: [],
  columns: [
    {
      name: "Ready",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].status',
      text: "Whether calls are accepted.",
    },
    {
      name: "Reason",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
      text: "Why, in one word.",
    },
    {
      name: "Namespace",
      type: "string",
      jsonPath: ".spec.namespace",
      text: "Where the jobs of the account are.",
    },
    {
      name: "Used",
      type: "integer",
      jsonPath: ".status.usage.total",
      text: "Calls accepted in this period.",
    },
    ageColumn,
    {
      name: "Message",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].message',
      text: "Why, in a sentence.",
      wide: true,
    },
    {
      name: "Pool",
      type: "string",
      jsonPath: ".spec.poolName",
      text: "The BrowserPool of its jobs.",
      wide: true,
    },
  ],
  selectableFields: [".spec.namespace"],
  conditions: [
    {
      type: "Ready",
      text: "True: calls with the account's keys are accepted.",
      reasons: Object.entries(accountReasons).map(([reason, text]) => ({ reason, text })),
    },
  ],
  sample: "account.yaml",
};
