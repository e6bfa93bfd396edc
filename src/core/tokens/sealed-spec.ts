import { createHash } from "node:crypto";
import { screenshotJob } from "../../api/kinds/screenshot-job.ts";
import type { SchemaKeywords } from "../../api/kinds/schema.ts";
import type { SealedFieldName } from "../../api/options/sealed-fields.ts";

interface SealedFieldOwner {
  namespace: string;
  name: string;
  field: SealedFieldName;
  spec: object;
}

/** Not part of the digest: the sealed fields, which are bound to it, and what may change while a job lives. */
const leftOut = new Set(["sealed", "suspend", "cancel"]);

/**
 * What a sealed field is bound to: its job and everything else that the job asks for. A retry over HTTP (`<name>-r<n>`, the same
 * spec) may open what was sealed for the job it repeats; the gateway that makes it could not seal anew.
 */
export function associatedDataOf({ namespace, name, field, spec }: SealedFieldOwner): string {
  const original = withoutRetryNumber(name);
  return canonicalJSON({ namespace, name: original, field, spec: specDigestOf(spec) });
}

/**
 * SHA-256 of everything that a job asks for, in hexadecimal. Values that are the schema's defaults do not count: the gateway sends none of
 * them, the API server stores all of them, and another version of the schema may have more.
 */
export function specDigestOf(spec: object): string {
  const rest = Object.fromEntries(Object.entries(spec).filter(([key]) => !leftOut.has(key)));
  return createHash("sha256")
    .update(canonicalJSON(withoutDefaults(screenshotJob.spec, rest)))
    .digest("hex");
}

/** JSON with the keys of objects in order, without blanks, and without what is undefined. */
export function canonicalJSON(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** Leaves out, at every depth, what the API server would fill in if it were not there. */
export function withoutDefaults(schema: SchemaKeywords, value: unknown): unknown {
  const { items, properties, additionalProperties } = schema;
  if (Array.isArray(value))
    return items === undefined ? value : value.map((item) => withoutDefaults(items, item));
  if (!isObject(value)) return value;
  const kept: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const inner = properties?.[name] ?? additionalProperties;
    if (inner === undefined) kept.push([name, member]);
    else if (!isDefault(inner, member)) kept.push([name, withoutDefaults(inner, member)]);
  }
  return Object.fromEntries(kept);
}

function isDefault(schema: SchemaKeywords, value: unknown): boolean {
  if (schema.default === undefined) return false;
  const [given, preset] = [value, schema.default].map((one) => withoutDefaults(schema, one));
  return canonicalJSON(given) === canonicalJSON(preset);
}

function withoutRetryNumber(name: string): string {
  return name.replace(/-r[1-9][0-9]{0,2}$/, "");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
