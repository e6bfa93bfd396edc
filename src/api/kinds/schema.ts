import type { TextRule } from "../options/option-value.ts";

/** The part of Kubernetes' structural schemas that we use. Its keys are the server's words. */
export interface Schema {
  description?: string;
  type?: "object" | "array" | "string" | "integer" | "boolean";
  format?: "int32" | "int64" | "date-time";
  enum?: readonly string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  required?: string[];
  anyOf?: readonly Schema[];
  "x-kubernetes-int-or-string"?: true;
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: readonly string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
  "x-kubernetes-validations"?: Rule[];
}

/** A CEL rule. `message` begins with "must" or "may not" and says what to do. */
export interface Rule {
  rule: string;
  message: string;
  /** CEL for a message that says more. Looked at only when the rule is broken. */
  messageExpression?: string;
  reason?: "FieldValueForbidden" | "FieldValueRequired";
  fieldPath?: string;
}

/*
 * Builders. Each `text` continues the name of the field ("is the …"); `object` puts the name before it, so that every
 * description begins with the name as it is written in YAML.
 */

export interface TextBounds {
  min?: number;
  max: number;
  default?: string;
  rules?: readonly TextRule[];
}

export function text(description: string, bounds: TextBounds): Schema {
  return {
    description,
    type: "string",
    ...(bounds.default === undefined ? {} : { default: bounds.default }),
    ...(bounds.min === 0 ? {} : { minLength: bounds.min ?? 1 }),
    maxLength: bounds.max,
    ...(bounds.rules === undefined
      ? {}
      : { "x-kubernetes-validations": bounds.rules.map(textRule) }),
  };
}

export function word(description: string, words: readonly string[], preset?: string): Schema {
  return {
    description,
    type: "string",
    ...(preset === undefined ? {} : { default: preset }),
    enum: words,
    maxLength: Math.max(...words.map((one) => one.length)),
  };
}

export interface NumberBounds {
  min: number;
  max: number;
  default?: number;
}

export function integer(description: string, bounds: NumberBounds): Schema {
  return {
    description,
    type: "integer",
    format: bounds.max > 2 ** 31 - 1 ? "int64" : "int32",
    ...(bounds.default === undefined ? {} : { default: bounds.default }),
    minimum: bounds.min,
    maximum: bounds.max,
  };
}

export function flag(description: string, preset?: boolean): Schema {
  return { description, type: "boolean", ...(preset === undefined ? {} : { default: preset }) };
}

export function time(description: string): Schema {
  return { description, type: "string", format: "date-time", maxLength: 64 };
}

export interface ListBounds {
  min?: number;
  max: number;
  kind?: "atomic" | "set";
  keys?: readonly string[];
  default?: readonly string[];
}

export function list(description: string, items: Schema, bounds: ListBounds): Schema {
  return {
    description,
    type: "array",
    ...(bounds.default === undefined ? {} : { default: bounds.default }),
    ...(bounds.min === undefined ? {} : { minItems: bounds.min }),
    maxItems: bounds.max,
    "x-kubernetes-list-type": bounds.keys === undefined ? (bounds.kind ?? "atomic") : "map",
    ...(bounds.keys === undefined ? {} : { "x-kubernetes-list-map-keys": bounds.keys }),
    items,
  };
}

export function map(description: string, values: Schema, maxProperties: number): Schema {
  return { description, type: "object", maxProperties, additionalProperties: values };
}

export interface ObjectBounds {
  required?: string[];
  /** Whether it is always there, filled with the defaults of its fields. */
  always?: boolean;
  rules?: Rule[];
  atomic?: boolean;
}

export function object(
  description: string,
  properties: Record<string, Schema>,
  bounds: ObjectBounds = {},
): Schema {
  return {
    description,
    type: "object",
    ...(bounds.always === true ? { default: {} } : {}),
    ...(bounds.required === undefined ? {} : { required: bounds.required }),
    ...(bounds.atomic === true ? { "x-kubernetes-map-type": "atomic" } : {}),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, named(name, schema)]),
    ),
    ...(bounds.rules === undefined || bounds.rules.length === 0
      ? {}
      : { "x-kubernetes-validations": bounds.rules }),
  };
}

function named(name: string, schema: Schema): Schema {
  return { ...schema, description: `${name} ${schema.description ?? ""}`.trim() };
}

/** A pattern as a CEL rule: unlike the schema's own `pattern` it can say what to do. */
function textRule(rule: TextRule): Rule {
  const matches = `self.matches(r"${rule.pattern}")`;
  return { rule: rule.must === "match" ? matches : `!${matches}`, message: rule.message };
}
