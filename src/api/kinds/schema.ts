import type { TUnsafe } from "typebox";
import type { TextRule } from "../options/option-value.ts";

/** The part of Kubernetes' structural schemas that we use. Its keys are the server's words. */
export interface SchemaKeywords {
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
  items?: SchemaKeywords;
  properties?: Record<string, SchemaKeywords>;
  additionalProperties?: SchemaKeywords;
  required?: readonly string[];
  anyOf?: readonly SchemaKeywords[];
  "x-kubernetes-int-or-string"?: true;
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: readonly string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
  "x-kubernetes-validations"?: readonly Rule[];
}

/**
 * A schema that knows the type of what it describes, as it is stored: the API server has filled in the defaults. It is a typebox
 * schema too, so a message can contain it.
 *
 * `Filled`: whether the field has a default, so that it is always there.
 */
export type Schema<Value = unknown, Filled extends boolean = boolean> = SchemaKeywords &
  TUnsafe<Value> & { readonly "~filled": Filled };

/** The type of what a schema describes, as it is stored. */
export type Stored<Described extends Schema> = Described["~unsafe"];

/** Says which type keywords describe; the compiler cannot check that. Only builders call it. */
export function typed<Value, Filled extends boolean = false>(
  keywords: SchemaKeywords,
): Schema<Value, Filled> {
  return keywords as Schema<Value, Filled>;
}

/** A CEL rule. `message` begins with "must" or "may not" and says what to do. */
export interface Rule {
  rule: string;
  message: string;
  /** CEL for a message that says more. Looked at only when the rule is broken. */
  messageExpression?: string;
  reason?: "FieldValueForbidden" | "FieldValueRequired";
  fieldPath?: string;
  /** Whether the rule also holds where there is no old value; `oldSelf` is an optional then. */
  optionalOldSelf?: true;
}

/*
 * Builders. Each `text` continues the name of the field ("is the …"); `object` puts the name before it, so that every
 * description begins with the name as it is written in YAML.
 */

interface TextBounds {
  min?: number;
  max: number;
  default?: string;
  rules?: readonly TextRule[];
}

type IsFilled<Bounds> = Bounds extends { default: unknown } ? true : false;

export function text<const Bounds extends TextBounds>(
  description: string,
  bounds: Bounds,
): Schema<string, IsFilled<Bounds>> {
  return typed({
    description,
    type: "string",
    ...(bounds.default === undefined ? {} : { default: bounds.default }),
    ...(bounds.min === 0 ? {} : { minLength: bounds.min ?? 1 }),
    maxLength: bounds.max,
    ...(bounds.rules === undefined
      ? {}
      : { "x-kubernetes-validations": bounds.rules.map(textRule) }),
  });
}

export function word<const Word extends string>(
  description: string,
  words: readonly Word[],
): Schema<Word, false>;
export function word<const Word extends string>(
  description: string,
  words: readonly Word[],
  preset: NoInfer<Word>,
): Schema<Word, true>;
export function word(
  description: string,
  words: readonly string[],
  preset: string | undefined,
): Schema<string>;
export function word(
  description: string,
  words: readonly string[],
  preset?: string,
): Schema<string> {
  return typed({
    description,
    type: "string",
    ...(preset === undefined ? {} : { default: preset }),
    enum: words,
    maxLength: Math.max(...words.map((one) => one.length)),
  });
}

interface NumberBounds {
  min: number;
  max: number;
  default?: number;
}

export function integer<const Bounds extends NumberBounds>(
  description: string,
  bounds: Bounds,
): Schema<number, IsFilled<Bounds>> {
  return typed({
    description,
    type: "integer",
    format: bounds.max > 2 ** 31 - 1 ? "int64" : "int32",
    ...(bounds.default === undefined ? {} : { default: bounds.default }),
    minimum: bounds.min,
    maximum: bounds.max,
  });
}

export function flag(description: string): Schema<boolean, false>;
export function flag(description: string, preset: boolean): Schema<boolean, true>;
export function flag(description: string, preset: boolean | undefined): Schema<boolean>;
export function flag(description: string, preset?: boolean): Schema<boolean> {
  return typed({
    description,
    type: "boolean",
    ...(preset === undefined ? {} : { default: preset }),
  });
}

export function time(description: string): Schema<string, false> {
  return typed({ description, type: "string", format: "date-time", maxLength: 64 });
}

interface ListBounds {
  min?: number;
  max: number;
  kind?: "atomic" | "set";
  keys?: readonly string[];
  default?: readonly string[];
}

export function list<Entry, const Bounds extends ListBounds>(
  description: string,
  items: Schema<Entry>,
  bounds: Bounds,
): Schema<Entry[], IsFilled<Bounds>> {
  return typed({
    description,
    type: "array",
    ...(bounds.default === undefined ? {} : { default: bounds.default }),
    ...(bounds.min === undefined ? {} : { minItems: bounds.min }),
    maxItems: bounds.max,
    "x-kubernetes-list-type": bounds.keys === undefined ? (bounds.kind ?? "atomic") : "map",
    ...(bounds.keys === undefined ? {} : { "x-kubernetes-list-map-keys": bounds.keys }),
    items,
  });
}

export function map<Value>(
  description: string,
  values: Schema<Value>,
  maxProperties: number,
): Schema<Record<string, Value>, false> {
  return typed({ description, type: "object", maxProperties, additionalProperties: values });
}

export type Properties = Readonly<Record<string, Schema>>;

interface ObjectBounds<Required extends string, Always extends boolean> {
  required?: readonly Required[];
  /** Whether it is always there, filled with the defaults of its fields. */
  always?: Always;
  rules?: readonly Rule[];
  atomic?: boolean;
}

type FilledNames<Fields extends Properties> = {
  [Name in keyof Fields]: Fields[Name]["~filled"] extends true ? Name : never;
}[keyof Fields];

type StoredFields<Fields extends Properties, Present> = {
  [Name in keyof Fields as Name extends Present ? Name : never]: Stored<Fields[Name]>;
} & {
  [Name in keyof Fields as Name extends Present ? never : Name]?: Stored<Fields[Name]>;
};

/** Fields that are required or have a default are always there; the others may be absent. */
type StoredObject<Fields extends Properties, Required> =
  StoredFields<Fields, Required | FilledNames<Fields>> extends infer All
    ? { [Name in keyof All]: All[Name] }
    : never;

export function object<
  Fields extends Properties,
  const Required extends keyof Fields & string = never,
  const Always extends boolean = false,
>(
  description: string,
  properties: Fields,
  bounds: ObjectBounds<Required, Always> = {},
): Schema<StoredObject<Fields, Required>, Always> {
  return typed({
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
  });
}

function named(name: string, schema: Schema): Schema {
  return { ...schema, description: `${name} ${schema.description ?? ""}`.trim() };
}

/** A pattern as a CEL rule: unlike the schema's own `pattern` it can say what to do. */
function textRule(rule: TextRule): Rule {
  const matches = `self.matches(r"${rule.pattern}")`;
  return { rule: rule.must === "match" ? matches : `!${matches}`, message: rule.message };
}
