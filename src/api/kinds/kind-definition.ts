import type { Rule, Schema } from "./schema.ts";

/** Everything a CustomResourceDefinition and its page in the API reference are made from. */
export interface KindDefinition {
  readonly kind: string;
  /** Default: Namespaced. */
  readonly scope?: "Cluster";
  readonly plural: string;
  readonly shortNames: readonly string[];
  /** What it is, in sentences; begins with the kind. */
  readonly text: string;
  readonly spec: Schema;
  /** Without it the kind has no status. */
  readonly status?: Schema;
  /** Rules over the whole object, for instance about its name or from spec to status. */
  readonly rules: readonly Rule[];
  readonly columns: readonly Column[];
  /** JSON paths that `kubectl get --field-selector` understands. */
  readonly selectableFields: readonly string[];
  readonly scale?: { spec: string; status: string; selector: string };
  readonly conditions: readonly ConditionText[];
  /** Fields that are as in a pod of Kubernetes; the reference does not list what is below them. */
  readonly asInKubernetes?: readonly string[];
  /** File in deploy/samples that shows every field a reader should know. */
  readonly sample: string;
}

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "date" | "boolean";
  readonly jsonPath: string;
  readonly text: string;
  /** Shown only with `-o wide`. */
  readonly wide?: true;
}

interface ConditionText {
  readonly type: string;
  /** What status True means, and when the condition is there at all. */
  readonly text: string;
  readonly reasons: readonly { reason: string; text: string }[];
}

/** The column that every kind ends with. */
export const ageColumn: Column = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  text: "Time since the object was made.",
};
