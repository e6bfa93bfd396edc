import { captureGroups, captureOptions } from "../api/capture-options.ts";
import type { CaptureOption, HTTPOption } from "../api/options/capture-option.ts";
import { parseOptionValue } from "./option-value.ts";
import { textOfRaw, type RawOptions } from "./raw-options.ts";

export interface ParsedCapture {
  /** The part of a ScreenshotJob's spec that the options describe, with HTTP's defaults where they differ. */
  spec: Record<string, unknown>;
  /** Sentences like `"format" must be one of …`; empty when everything is in order. */
  problems: string[];
  /** The names that belong to the catalogue. */
  known: ReadonlySet<string>;
}

type HTTPNamed = CaptureOption & { http: HTTPOption };

const named = captureOptions.filter((option): option is HTTPNamed => option.http !== undefined);

/** Reads all capture options of a call; names that the catalogue does not have are the caller's to judge. */
export function parseCapture(raw: RawOptions, asynchronous: boolean): ParsedCapture {
  const spec: Record<string, unknown> = {};
  const problems: string[] = [];
  const known = new Set<string>();
  for (const option of named) {
    const { name } = option.http;
    const given = raw.get(name);
    if (given === undefined) {
      applyDefault(spec, option, asynchronous);
      continue;
    }
    known.add(name);
    const parsed = parseOptionValue(option, given, asynchronous);
    if ("problem" in parsed) problems.push(`"${name}" ${parsed.problem}`);
    else apply(spec, option, parsed.value);
    const unmet = unmetNeed(option, raw);
    if (unmet !== undefined) problems.push(`"${name}" is not allowed without ${unmet}`);
  }
  problems.push(...sourceProblems(raw), ...groupProblems(spec), ...orderProblems(spec, raw));
  return { spec, problems, known };
}

/** Only defaults that differ from the resource's; the API server fills in the others. */
function applyDefault(
  spec: Record<string, unknown>,
  option: HTTPNamed,
  asynchronous: boolean,
): void {
  const { http } = option;
  const fallback = (asynchronous ? http.asynchronous?.default : undefined) ?? http.default;
  if (fallback === undefined || optionalGroupOf(option) !== undefined) return;
  const parsed = parseOptionValue(option, fallback, asynchronous);
  if ("value" in parsed && get(spec, option.place) === undefined)
    set(spec, option.place, parsed.value);
}

function apply(spec: Record<string, unknown>, option: HTTPNamed, value: unknown): void {
  set(spec, option.place, value);
  for (const [place, word] of Object.entries(option.http.implies ?? {})) set(spec, place, word);
  const group = optionalGroupOf(option);
  if (group === undefined) return;
  // The group's other options have HTTP's defaults now that the group is there.
  for (const sibling of named) {
    if (optionalGroupOf(sibling) !== group || sibling.http.default === undefined) continue;
    const parsed = parseOptionValue(sibling, sibling.http.default, false);
    if ("value" in parsed && get(spec, sibling.place) === undefined)
      set(spec, sibling.place, parsed.value);
  }
}

function optionalGroupOf(option: CaptureOption): string | undefined {
  const [group, field] = option.place.split(".");
  if (group === undefined || field === undefined) return undefined;
  return captureGroups[group]?.always ? undefined : group;
}

function unmetNeed(option: HTTPNamed, raw: RawOptions): string | undefined {
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

function sourceProblems(raw: RawOptions): string[] {
  const sources = named.filter((option) => option.source).map((option) => option.http.name);
  const given = sources.filter((name) => raw.has(name));
  const list = sources.map((name) => `"${name}"`).join(", ");
  if (given.length === 0) return [`one of ${list} is required`];
  if (given.length > 1)
    return [`${given.map((name) => `"${name}"`).join(" and ")} exclude each other; give one`];
  return [];
}

/** A group that goes with one word of another field, such as `clip` with the viewport only. */
function groupProblems(spec: Record<string, unknown>): string[] {
  const problems: string[] = [];
  for (const [name, group] of Object.entries(captureGroups)) {
    if (group.onlyWith === undefined || spec[name] === undefined) continue;
    const { place, word } = group.onlyWith;
    const present = get(spec, place);
    if (present === undefined || present === word) continue;
    const options = named.filter((option) => option.place.startsWith(`${name}.`));
    const cause = named.find(
      (option) => option.place === place || option.http.implies?.[place] === present,
    );
    problems.push(
      `"${options[0]?.http.name}" is not allowed with "${causeName(cause, present, place)}"`,
    );
  }
  return problems;
}

function causeName(cause: HTTPNamed | undefined, present: unknown, place: string): string {
  const implied = named.find((option) => option.http.implies?.[place] === present);
  return (implied ?? cause)?.http.name ?? place;
}

/** Times that may not exceed one another, such as `delay` and `timeout`; judged only where the caller gave one of them. */
function orderProblems(spec: Record<string, unknown>, raw: RawOptions): string[] {
  const problems: string[] = [];
  for (const option of named) {
    if (option.atMost === undefined || !raw.has(option.http.name)) continue;
    const limit = named.find((other) => other.place === option.atMost);
    const value = get(spec, option.place);
    const most = limit && (get(spec, limit.place) ?? defaultOf(limit));
    if (limit === undefined || typeof value !== "number" || typeof most !== "number") continue;
    if (value > most)
      problems.push(`"${option.http.name}" must be at most "${limit.http.name}", which is ${most}`);
  }
  return problems;
}

function defaultOf(option: CaptureOption): unknown {
  return "default" in option.value ? option.value.default : undefined;
}

function get(spec: Record<string, unknown>, place: string): unknown {
  const [first = "", second] = place.split(".");
  const value = spec[first];
  if (second === undefined) return value;
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[second]
    : undefined;
}

function set(spec: Record<string, unknown>, place: string, value: unknown): void {
  const [first = "", second] = place.split(".");
  if (second === undefined) {
    spec[first] = value;
    return;
  }
  spec[first] = { ...(spec[first] as object | undefined), [second]: value };
}
