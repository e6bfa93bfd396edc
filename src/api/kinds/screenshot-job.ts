import { isRetried, reasonCatalogue, reasonEntry, reasons } from "../reasons/reasons.ts";
import { captureSchema } from "./capture-schema.ts";
import { finalityRule, immutabilityRule, onceTrueRule } from "./transition-rules.ts";
import { conditionsSchema, observedGenerationSchema } from "./conditions-schema.ts";
import type { KindDefinition } from "./kind-definition.ts";
import { ageColumn } from "./kind-definition.ts";
import { pageMetadata } from "../messages/page-metadata.ts";
import { artifact } from "./artifact-schema.ts";
import { cache, cachedCopy } from "./cache-fields.ts";
import { jobPriorities } from "./job-priority.ts";
import { lastFailure } from "./last-failure-schema.ts";
import { returnedStatusCode } from "./returned-status-code.ts";
import { flag, integer, object, text, time, word } from "./schema.ts";
import type { Rule, Stored } from "./schema.ts";
import { sealedFields } from "./sealed-fields-schema.ts";
import { atMostRule, dnsLabel } from "./shared-fields.ts";
import { storage } from "./storage-fields.ts";
import { textSizeRule } from "./text-size-rule.ts";
import { warnings } from "./warnings-schema.ts";
import { defaultClassName } from "../settings/kubernetes-names.ts";
import { webhook } from "./webhook-fields.ts";

/** Of the whole job; the catalogue's limits of one attempt have to fit into it. */
const activeDeadlineSeconds = 120;

const capture = captureSchema();

/** What may change while a job lives; everything else is as it was made. */
const changeable = ["suspend", "cancel"];

const controlFields = {
  className: dnsLabel(
    "is the class of the installation that takes the picture, where a cluster has several. A class that no installation has takes no jobs.",
    defaultClassName,
  ),
  poolName: dnsLabel("is the name of the BrowserPool that takes the picture.", "default"),
  priority: word(
    "is the class in which the job waits for a slot: Synchronous (a caller of `/take` waits for it), Interactive (somebody looks for it soon) or Batch. While all have jobs, the first has the most turns and the last has some; within a class, namespaces take turns. Only a gateway can say Synchronous, of a call that it waits for: any other job that says so, or says nothing, is Interactive. Asynchronous calls and retries over HTTP are Batch.",
    jobPriorities,
  ),
  backoffLimit: integer(
    "is how many more attempts follow one that failed because of a lost connection or a part of Stills: its browser, worker, egress proxy or object store. Another failure of the page or the job ends the job at once.",
    {
      min: 0,
      max: 10,
      default: 3,
    },
  ),
  activeDeadlineSeconds: integer("is how long the job may take in total, from its creation.", {
    min: 1,
    max: 3600,
    default: activeDeadlineSeconds,
  }),
  startDeadlineSeconds: integer(
    "is how long the job may wait for a worker; later it ends with StartDeadlineExceeded.",
    { min: 1, max: 3600 },
  ),
  ttlSecondsAfterFinished: integer(
    "is how long the object is kept after the job has ended; without it, until it is deleted.",
    { min: 0, max: 31_536_000 },
  ),
  suspend: flag("keeps the job from being started until it is set to false; may change."),
  cancel: flag("ends the job with the reason Cancelled; may change from false to true only."),
  storage,
  cache,
  webhook,
  sealed: sealedFields,
};

const specFields = { ...capture.properties, ...controlFields };

const specRules: Rule[] = [
  ...capture.rules,
  {
    ...atMostRule("startDeadlineSeconds", "activeDeadlineSeconds", activeDeadlineSeconds),
    rule: "!has(self.startDeadlineSeconds) || self.startDeadlineSeconds <= self.activeDeadlineSeconds",
  },
  immutabilityRule(
    Object.keys(specFields).filter((field) => !changeable.includes(field)),
    changeable,
  ),
  onceTrueRule("cancel"),
  textSizeRule(specFields),
];

const control = object("", controlFields);

/** What the controller decides by; everything else of the spec is for the worker (CaptureSpec). */
export type JobControlSpec = Stored<typeof control>;

/** Its types follow from CaptureSpec, which is generated from the catalogue of options, and from `controlFields`. */
const spec = object(
  "spec says what to capture and how. Only suspend and cancel may change.",
  specFields,
  {
    rules: specRules,
  },
);

const status = object("status is the state of the job; only the controller writes it.", {
  observedGeneration: observedGenerationSchema(),
  startTime: time(
    "is when the time of the deadlines began: the creation or, after `suspend`, the last resumption.",
  ),
  completionTime: time("is when the job ended, with or without a picture."),
  durationMilliseconds: integer("is the time from creation to completion.", {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  attempts: integer("is the number of attempts.", { min: 0, max: 1000 }),
  location: text("is the URL at which a person opens the picture.", { max: 4096 }),
  artifact,
  cachedCopy,
  metadata: pageMetadata,
  warnings,
  returnedStatusCode,
  lastFailure,
  conditions: conditionsSchema(
    "are Succeeded (Unknown until the job ends) and, where a webhook is asked for, Notified.",
  ),
});

export type ScreenshotJobStatus = Stored<typeof status>;

const succeeded = '.status.conditions[?(@.type=="Succeeded")]';

export const screenshotJob: KindDefinition = {
  kind: "ScreenshotJob",
  plural: "screenshotjobs",
  shortNames: ["shot", "shots"],
  text: "ScreenshotJob is one picture of one page. It runs once, ends once, and keeps its result.",
  spec,
  status,
  rules: [finalityRule()],
  columns: [
    {
      name: "Succeeded",
      type: "string",
      jsonPath: `${succeeded}.status`,
      text: "True, False, or Unknown until the job has ended.",
    },
    {
      name: "Reason",
      type: "string",
      jsonPath: `${succeeded}.reason`,
      text: "Why, in one word of the catalogue of reasons.",
    },
    {
      name: "Attempts",
      type: "integer",
      jsonPath: ".status.attempts",
      text: "Number of attempts.",
    },
    ageColumn,
    { name: "URL", type: "string", jsonPath: ".spec.url", text: "The page.", wide: true },
    {
      name: "Location",
      type: "string",
      jsonPath: ".status.location",
      text: "Where the picture is.",
      wide: true,
    },
    {
      name: "Duration(ms)",
      type: "integer",
      jsonPath: ".status.durationMilliseconds",
      text: "Milliseconds from creation to completion.",
      wide: true,
    },
  ],
  selectableFields: [".spec.className", ".spec.poolName"],
  conditions: [
    {
      type: "Succeeded",
      text: "True: the picture is stored. False: the job failed. Unknown: the job has not ended. Once True or False, it never changes.",
      reasons: reasons
        .filter((reason) => reasonCatalogue[reason].outcome !== "Delivery")
        .map((reason) => ({ reason, text: jobReasonText(reason) })),
    },
    {
      type: "Notified",
      text: "True: the receiver of the webhook took the message. Present only when a webhook is asked for, from the end of the job.",
      reasons: reasons
        .filter((reason) => reasonCatalogue[reason].outcome === "Delivery")
        .map((reason) => ({ reason, text: reasonCatalogue[reason].meaning })),
    },
  ],
  sample: "screenshotjob.yaml",
};

function jobReasonText(reason: (typeof reasons)[number]): string {
  const { meaning } = reasonEntry(reason);
  return isRetried(reason) ? `${meaning} Tried again within \`backoffLimit\`.` : meaning;
}
