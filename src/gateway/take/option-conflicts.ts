import { captureGroups, fieldOf } from "../../api/options/capture-options.ts";
import { defaultOf, namedOptions, optionalGroupOf, type HTTPNamed } from "./named-options.ts";
import { textOfRaw, type RawOptions } from "./raw-options.ts";
import { valueAt } from "./spec-path.ts";

/** What cannot be together, or not alone; each answers with sentences for the caller. */

export function unmetNeed(option: HTTPNamed, raw: RawOptions): string | undefined {
  const needs = option.http.needs ?? [];
  const isMet = (name: string): boolean => {
    const given = raw.get(name);
    return (
      given !== undefined && !["false", "0", "no", ""].includes(textOfRaw(given).toLowerCase())
    );
  };
  if (needs.length === 0 || needs.some(isMet)) return undefined;
  return needs.map((name) => `"${name}"`).join(" or ");
}

export function sourceProblems(raw: RawOptions): string[] {
  const sources = namedOptions.filter((option) => option.source).map((option) => option.http.name);
  const given = sources.filter((name) => raw.has(name));
  const list = sources.map((name) => `"${name}"`).join(", ");
  if (given.length === 0) return [`one of ${list} is required`];
  if (given.length > 1)
    return [`${given.map((name) => `"${name}"`).join(" and ")} exclude each other; give one`];
  return [];
}

/** A group that goes with one word of another field, such as `clip` with the viewport only. */
export function groupProblems(spec: Record<string, unknown>, raw: RawOptions): string[] {
  const problems: string[] = [];
  for (const [name, group] of Object.entries(captureGroups)) {
    if (group.onlyWith === undefined || spec[name] === undefined) continue;
    const { path, word } = group.onlyWith;
    const present = valueAt(spec, path);
    if (present === undefined || present === word) continue;
    const given = namedOptions.find(
      (option) =>
        fieldOf(option.path) === name &&
        raw.has(option.http.name) &&
        valueAt(spec, option.path) !== defaultOf(option),
    );
    if (given !== undefined) problems.push(conflictOf(given, { path, words: [word], present }));
    // Whoever asks for what is so anyway asks for nothing.
    else delete spec[name];
  }
  return problems;
}

/** Options that go with some words of another field only, such as a quality with pictures only. */
export function conditionProblems(spec: Record<string, unknown>, raw: RawOptions): string[] {
  return namedOptions.flatMap((option) => {
    if (option.onlyWith === undefined || !raw.has(option.http.name)) return [];
    const { path, words, when } = option.onlyWith;
    const present = valueAt(spec, path);
    const value = valueAt(spec, option.path);
    if (value === undefined || (when !== undefined && value !== when)) return [];
    if (typeof present !== "string" || words.includes(present)) return [];
    return [conflictOf(option, { path, words, present })];
  });
}

interface Conflict {
  path: string;
  /** Words of the resource that would do. */
  words: readonly string[];
  present: unknown;
}

/** In HTTP's words: what is in the way, or what would have to be given. */
function conflictOf(option: HTTPNamed, { path, words, present }: Conflict): string {
  const implied = namedOptions.find((other) => other.http.implies?.[path] === present);
  const cause = implied ?? namedOptions.find((other) => other.path === path);
  const { name } = option.http;
  if (cause === undefined) return `"${name}" is not allowed with "${path}" ${String(present)}`;
  if (implied !== undefined || cause.http.type === "boolean")
    return `"${name}" is not allowed with "${cause.http.name}"`;
  const theirs = Object.entries(cause.http.words ?? {});
  const allowed = theirs.filter(([, word]) => words.includes(word)).map(([word]) => word);
  return `"${name}" is only allowed with "${cause.http.name}" ${allowed.join(", ")}`;
}

/** Options without the one that they say more about, such as a longitude without a latitude. */
export function incompleteProblems(raw: RawOptions): string[] {
  return namedOptions.flatMap((required) => {
    const group = optionalGroupOf(required);
    if (required.required !== true || group === undefined || raw.has(required.http.name)) return [];
    const given = namedOptions.find(
      (option) =>
        optionalGroupOf(option) === group &&
        option.http.needs === undefined &&
        raw.has(option.http.name),
    );
    return given === undefined
      ? []
      : [`"${required.http.name}" is required with "${given.http.name}"`];
  });
}

/** Times that may not exceed one another, such as `delay` and `timeout`; judged only where the caller gave one of them. */
export function orderProblems(spec: Record<string, unknown>, raw: RawOptions): string[] {
  const problems: string[] = [];
  for (const option of namedOptions) {
    if (option.atMost === undefined || !raw.has(option.http.name)) continue;
    const limit = namedOptions.find((other) => other.path === option.atMost);
    const value = valueAt(spec, option.path);
    const most = limit && (valueAt(spec, limit.path) ?? defaultOf(limit));
    if (limit === undefined || typeof value !== "number" || typeof most !== "number") continue;
    if (value > most)
      problems.push(`"${option.http.name}" must be at most "${limit.http.name}", which is ${most}`);
  }
  return problems;
}
