import { conditionsSchema, observedGenerationSchema } from "./conditions-schema.ts";
import type { KindDefinition } from "./kind-definition.ts";
import { ageColumn } from "./kind-definition.ts";
import { podFields } from "./pod-fields.ts";
import { poolReasons } from "../reasons/pool-reasons.ts";
import { integer, list, object, text, word, type Stored } from "./schema.ts";
import { atMostRule, dnsLabel, dnsLabelRule } from "./shared-fields.ts";

const mostReplicas = 1000;
const mostByDefault = 10;

const spec = object(
  "spec says how many browsers run, and how.",
  {
    slotsPerPod: integer("is how many captures one pod runs at a time.", {
      min: 1,
      max: 16,
      default: 2,
    }),
    scaling: object(
      "says what decides the number of pods.",
      {
        mode: word(
          "is Internal when the controller decides between minReplicas and maxReplicas, External when `replicas` does, by hand or by an autoscaler through the scale subresource.",
          ["Internal", "External"],
          "Internal",
        ),
        minReplicas: integer(
          "is the smallest number of pods; with 0, the pool scales to zero when idle.",
          {
            min: 0,
            max: mostReplicas,
            default: 1,
          },
        ),
        maxReplicas: integer("is the largest number of pods.", {
          min: 1,
          max: mostReplicas,
          default: 10,
        }),
        targetQueueSeconds: integer("is how long a job may wait before the controller adds pods.", {
          min: 1,
          max: 3600,
          default: 10,
        }),
      },
      { always: true },
    ),
    replicas: integer("is the number of pods when `scaling.mode` is External.", {
      min: 0,
      max: mostReplicas,
      default: 1,
    }),
    browser: object(
      "says how Chromium runs.",
      {
        engine: word(
          "is HeadlessShell, small and fast, or Chrome, the full browser.",
          ["HeadlessShell", "Chrome"],
          "HeadlessShell",
        ),
        sandbox: word(
          "is Required, so that a worker without Chromium's sandbox takes no job, or Disabled, which the pool's condition then says.",
          ["Required", "Disabled"],
          "Required",
        ),
        recycleAfterCaptures: integer("is after how many captures a browser is replaced.", {
          min: 1,
          max: 100_000,
          default: 200,
        }),
        recycleAfterSeconds: integer("is after how long a browser is replaced.", {
          min: 10,
          max: 86_400,
          default: 1800,
        }),
      },
      { always: true },
    ),
    allowedNamespaces: list(
      "are the namespaces whose jobs the pool accepts; all of them unless given.",
      dnsLabel("is the name of a namespace."),
      { max: 256, kind: "set" },
    ),
    pod: object(
      "holds the fields of the pods that a pool can set; the controller sets the others.",
      podFields,
    ),
  },
  { rules: [atMostRule("scaling.minReplicas", "scaling.maxReplicas", mostByDefault)] },
);

const count = (description: string) => integer(description, { min: 0, max: 2 ** 31 - 1 });

const status = object("status is what the controller observes of the pool.", {
  observedGeneration: observedGenerationSchema(),
  replicas: count("is the number of pods."),
  readyReplicas: count("is the number of pods whose browser is ready."),
  slots: count("is how many captures the pool can run at a time now."),
  busySlots: count("is how many captures run now."),
  queuedJobs: count("is how many jobs wait for a slot."),
  oldestQueuedSeconds: count("is how long the oldest of them has waited."),
  selector: text("is the label selector of the pods, for autoscalers.", { min: 0, max: 1024 }),
  conditions: conditionsSchema("has one member, Ready."),
});

/** As stored: the API server has filled in the defaults. */
export type BrowserPoolSpec = Stored<typeof spec>;

export type BrowserPoolStatus = Stored<typeof status>;

export const browserPool: KindDefinition = {
  kind: "BrowserPool",
  plural: "browserpools",
  shortNames: ["pool", "pools"],
  text: "BrowserPool is a set of pods with browsers. It lives in the operator's namespace.",
  spec,
  status,
  rules: [
    {
      rule: `self.metadata.name.size() <= 63 && self.metadata.name.matches(r"${dnsLabelRule.pattern}")`,
      message:
        "must have a name (`metadata.name`) of at most 63 small letters, digits and '-', without dots",
    },
  ],
  columns: [
    {
      name: "Ready",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].status',
      text: "Whether jobs can run.",
    },
    {
      name: "Reason",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
      text: "Why, in one word.",
    },
    { name: "Replicas", type: "integer", jsonPath: ".status.replicas", text: "Pods." },
    {
      name: "Running",
      type: "integer",
      jsonPath: ".status.readyReplicas",
      text: "Pods whose browser is ready.",
    },
    { name: "Slots", type: "integer", jsonPath: ".status.slots", text: "Captures at a time." },
    { name: "Busy", type: "integer", jsonPath: ".status.busySlots", text: "Slots in use." },
    { name: "Queued", type: "integer", jsonPath: ".status.queuedJobs", text: "Jobs that wait." },
    ageColumn,
    {
      name: "Message",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].message',
      text: "Why, in a sentence.",
      wide: true,
    },
    {
      name: "Engine",
      type: "string",
      jsonPath: ".spec.browser.engine",
      text: "The browser.",
      wide: true,
    },
    {
      name: "Sandbox",
      type: "string",
      jsonPath: ".spec.browser.sandbox",
      text: "Whether Chromium's sandbox is required.",
      wide: true,
    },
  ],
  selectableFields: [],
  scale: { spec: ".spec.replicas", status: ".status.replicas", selector: ".status.selector" },
  conditions: [
    {
      type: "Ready",
      text: "True: at least one worker of the pool is ready, or the pool is scaled to zero and scales up for the next job.",
      reasons: Object.entries(poolReasons).map(([reason, text]) => ({ reason, text })),
    },
  ],
  asInKubernetes: [
    "spec.pod.tolerations",
    "spec.pod.affinity",
    "spec.pod.topologySpreadConstraints",
  ],
  sample: "browserpool.yaml",
};
