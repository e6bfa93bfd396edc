import { stringify } from "yaml";

/**
 * The two kinds of the Prometheus operator (monitoring.coreos.com/v1, as in 0.93), with the fields that the chart uses and their
 * types and patterns: a strict API server refuses what stands in another place or is of another type.
 */
export function monitoringCRDs(): string {
  return [crd("PodMonitor", podMonitor), crd("PrometheusRule", prometheusRule)].join("---\n");
}

interface Schema {
  type: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  required?: string[];
  enum?: string[];
  pattern?: string;
  minLength?: number;
}

const duration =
  "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$";
const text = (more: Partial<Schema> = {}): Schema => ({ type: "string", ...more });
const texts: Schema = { type: "object", additionalProperties: text() };
const listOf = (items: Schema): Schema => ({ type: "array", items });
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});

const relabeling = object({
  sourceLabels: listOf(text({ pattern: "^[a-zA-Z_][a-zA-Z0-9_]*$" })),
  targetLabel: text(),
});

const podMonitor = object(
  {
    jobLabel: text(),
    namespaceSelector: object({ matchNames: listOf(text()) }),
    selector: object({
      matchLabels: texts,
      matchExpressions: listOf(
        object({ key: text(), operator: text(), values: listOf(text()) }, ["key", "operator"]),
      ),
    }),
    podMetricsEndpoints: listOf(
      object({
        port: text(),
        path: text(),
        interval: text({ pattern: duration }),
        scrapeTimeout: text({ pattern: duration }),
        relabelings: listOf(relabeling),
      }),
    ),
  },
  ["podMetricsEndpoints", "selector"],
);

const rule = object(
  {
    alert: text(),
    expr: text(),
    for: text({ pattern: duration }),
    labels: texts,
    annotations: texts,
  },
  ["expr"],
);

const prometheusRule = object({
  groups: listOf(object({ name: text({ minLength: 1 }), rules: listOf(rule) }, ["name"])),
});

function crd(kind: string, spec: Schema): string {
  const group = "monitoring.coreos.com";
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  const schema = { openAPIV3Schema: { ...object({ spec }), required: ["spec"] } };
  return stringify({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  });
}
