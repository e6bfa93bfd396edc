import { invalidRequest } from "../../core/take/take-error.ts";

/** A value of a query string or a JSON body before it is checked. */
export type RawValue = string | number | boolean | RawValue[] | null | object;

/** Options as a caller wrote them, by name. A name that occurs several times in a query string has a list. */
export type RawOptions = ReadonlyMap<string, RawValue>;

/** Reads the options of a query string. `name[]` is read as `name`. */
export function rawOptionsOfQuery(rawQuery: string): RawOptions {
  const options = new Map<string, RawValue>();
  for (const [key, value] of new URLSearchParams(rawQuery)) {
    const name = key.endsWith("[]") ? key.slice(0, -2) : key;
    const earlier = options.get(name);
    if (earlier === undefined) options.set(name, value);
    else options.set(name, [...(Array.isArray(earlier) ? earlier : [earlier]), value]);
  }
  return options;
}

/** Reads the options of a JSON body, which must be an object. */
export function rawOptionsOfBody(body: unknown): RawOptions {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw invalidRequest(["the body must be a JSON object of options"]);
  const options = new Map<string, RawValue>();
  const entries: [string, unknown][] = Object.entries(body);
  for (const [name, value] of entries) if (isRawValue(value)) options.set(name, value);
  return options;
}

function isRawValue(value: unknown): value is RawValue {
  return ["string", "number", "boolean", "object"].includes(typeof value);
}

/** A raw value as text. Lists and objects become JSON, which is a word of no option. */
export function textOfRaw(raw: RawValue): string {
  return typeof raw === "object" ? JSON.stringify(raw) : String(raw);
}
