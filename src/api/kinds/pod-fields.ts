import { integer, list, map, object, text, typed, word, type Schema } from "./schema.ts";
import { objectName } from "./shared-fields.ts";

/**
 * The curated fields of a pod, as Kubernetes names and bounds them. Whatever else a pod may have belongs to the
 * controller: a raw template would let a pool take the sandbox away or mount what workers must not see.
 */

const labelValue = text("is a value.", { min: 0, max: 63 });
const labelKey = (description: string) => text(description, { max: 317 });

const quantity = typed<string>({
  "x-kubernetes-int-or-string": true,
  anyOf: [{ type: "integer" }, { type: "string" }],
  description: "is a quantity such as 500m, 2 or 1Gi.",
  maxLength: 32,
  pattern: "^[0-9]+(\\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$",
});

function requirements<const Operator extends string>(
  description: string,
  operators: readonly Operator[],
) {
  return list(
    description,
    object(
      "is one requirement.",
      {
        key: labelKey("is the key of a label."),
        operator: word("is how key and values are compared.", operators),
        values: list("are the values to compare with.", labelValue, { max: 32, kind: "atomic" }),
      },
      { required: ["key", "operator"] },
    ),
    { max: 16 },
  );
}

const nodeOperators = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] as const;
const labelOperators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

const labelSelector = object("selects pods by their labels.", {
  matchLabels: map("are labels a pod must have.", labelValue, 16),
  matchExpressions: requirements("are requirements on a pod's labels.", labelOperators),
});

const nodeTerm = object("selects nodes.", {
  matchExpressions: requirements("are requirements on a node's labels.", nodeOperators),
  matchFields: requirements("are requirements on a node's fields.", nodeOperators),
});

const podTermFields = {
  labelSelector,
  topologyKey: labelKey("is the node label whose values are the topology domains."),
  namespaces: list("are the namespaces of the pods.", objectName("is a namespace."), {
    max: 16,
    kind: "atomic",
  }),
};
const podTerm = object("selects pods that run near.", podTermFields, { required: ["topologyKey"] });

function preferred<Wish>(wish: Schema<Wish>) {
  return list("are preferences, by weight.", wish, { max: 16 });
}

const weight = integer("is how much it counts.", { min: 1, max: 100 });

function podAffinity(description: string) {
  return object(description, {
    requiredDuringSchedulingIgnoredDuringExecution: list("must hold, all of them.", podTerm, {
      max: 16,
    }),
    preferredDuringSchedulingIgnoredDuringExecution: preferred(
      object(
        "is one preference.",
        { weight, podAffinityTerm: podTerm },
        { required: ["weight", "podAffinityTerm"] },
      ),
    ),
  });
}

const affinity = object("says on which nodes, and near which pods, the pods may or should run.", {
  nodeAffinity: object("is about the nodes to run on.", {
    requiredDuringSchedulingIgnoredDuringExecution: object(
      "must hold.",
      { nodeSelectorTerms: list("are terms one of which must hold.", nodeTerm, { max: 16 }) },
      { required: ["nodeSelectorTerms"] },
    ),
    preferredDuringSchedulingIgnoredDuringExecution: preferred(
      object(
        "is one preference.",
        { weight, preference: nodeTerm },
        { required: ["weight", "preference"] },
      ),
    ),
  }),
  podAffinity: podAffinity("is about pods to run near."),
  podAntiAffinity: podAffinity("is about pods to run apart from."),
});

const tolerations = list(
  "are the node taints that the pods tolerate.",
  object("is one taint.", {
    key: labelKey("is the taint's key; all keys unless given."),
    operator: word("is how the taint's value is compared.", ["Exists", "Equal"]),
    value: labelValue,
    effect: word("is the taint's effect; all effects unless given.", [
      "NoSchedule",
      "PreferNoSchedule",
      "NoExecute",
    ]),
    tolerationSeconds: integer("is how long a NoExecute taint is tolerated.", {
      min: 0,
      max: 2 ** 31 - 1,
    }),
  }),
  { max: 32 },
);

const topologySpreadConstraints = list(
  "say how evenly the pods are spread.",
  object(
    "is one constraint.",
    {
      maxSkew: integer("is the largest difference allowed.", { min: 1, max: 1000 }),
      topologyKey: labelKey("is the node label whose values are the topology domains."),
      whenUnsatisfiable: word("says what happens when it cannot be kept.", [
        "DoNotSchedule",
        "ScheduleAnyway",
      ]),
      minDomains: integer("is the smallest number of topology domains.", { min: 1, max: 1000 }),
      labelSelector,
    },
    { required: ["maxSkew", "topologyKey", "whenUnsatisfiable"] },
  ),
  { max: 8 },
);

export const podFields = {
  resources: object(
    "are what Chromium's container asks for and may use; the worker beside it has its own.",
    {
      requests: map("is what it asks for.", quantity, 16),
      limits: map("is what it may use.", quantity, 16),
    },
  ),
  nodeSelector: map("are labels a node must have.", labelValue, 32),
  tolerations,
  affinity,
  topologySpreadConstraints,
  priorityClassName: objectName("is the priority class of the pods."),
  runtimeClassName: objectName("is the runtime class of the pods, for instance of gVisor."),
  labels: map("are labels added to the pods.", labelValue, 32),
  annotations: map(
    "are annotations added to the pods.",
    text("is a value.", { min: 0, max: 4096 }),
    32,
  ),
  terminationGracePeriodSeconds: integer(
    "is how long a pod may take to finish its pictures when it is stopped.",
    { min: 1, max: 3600 },
  ),
};
