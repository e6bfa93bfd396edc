import { invalidRequest } from "../../core/take/take-error.ts";

/** A value as it stands in a query string or a JSON body, before anything is known about it. */
export type RawValue = string | number | boolean | RawValue[] | null | object;

/** Options as a caller wrote them, by name. A name of a query string that stands there several times has a list. */
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

/** Reads the options of a JSON body, which must be an object. `null` counts as not given. */
export function rawOptionsOfBody(body: unknown): RawOptions {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw invalidRequest(["the body must be a JSON object of options"]);
  const given = Object.entries(body).filter(([, value]) => value !== null && value !== undefined);
  return new Map(given as [string, RawValue][]);
}

/** A raw value as one text; lists and objects as their JSON, which no option takes for one of its words. */
export function textOfRaw(raw: RawValue): string {
  return typeof raw === "object" ? JSON.stringify(raw) : String(raw);
}
