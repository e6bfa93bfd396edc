import { expandDevice } from "../../core/capture/device.ts";
import { namedOptions, optionalGroupOf, type HTTPNamed } from "./named-options.ts";
import {
  conditionProblems,
  groupProblems,
  incompleteProblems,
  orderProblems,
  sourceProblems,
  unmetNeed,
} from "./option-conflicts.ts";
import { parseOptionValue } from "./option-value.ts";
import type { RawOptions } from "./raw-options.ts";
import { valueAt, setAt } from "./spec-path.ts";

export interface ParsedCapture {
  /** The part of a ScreenshotJob's spec that the options describe, with HTTP's defaults where they differ. */
  spec: Record<string, unknown>;
  /** Sentences like `"format" must be one of …`; empty when everything is in order. */
  problems: string[];
  /** The names that belong to the catalogue. */
  known: ReadonlySet<string>;
}

/** Reads all capture options of a call; names that the catalogue does not have are the caller's to judge. */
export function parseCapture(raw: RawOptions, asynchronous: boolean): ParsedCapture {
  const spec: Record<string, unknown> = {};
  const problems: string[] = [];
  const known = new Set<string>();
  for (const option of namedOptions) {
    const { name } = option.http;
    const given = raw.get(name);
    if (given === undefined) {
      applyDefault(spec, option, asynchronous);
      continue;
    }
    known.add(name);
    const parsed = parseOptionValue(option, given, asynchronous);
    if ("problem" in parsed) problems.push(`"${name}" ${parsed.problem}`);
    else if (isOfGivenGroup(option, raw)) apply(spec, option, parsed.value);
    const unmet = unmetNeed(option, raw);
    if (unmet !== undefined) problems.push(`"${name}" is not allowed without ${unmet}`);
  }
  for (const option of namedOptions) applyElsewhere(spec, option, raw);
  expandDevice(spec);
  problems.push(
    ...sourceProblems(raw),
    ...incompleteProblems(raw),
    ...groupProblems(spec, raw),
    ...conditionProblems(spec, raw),
    ...orderProblems(spec, raw),
  );
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
  if ("value" in parsed && valueAt(spec, option.path) === undefined)
    setAt(spec, option.path, parsed.value);
}

function apply(spec: Record<string, unknown>, option: HTTPNamed, value: unknown): void {
  setAt(spec, option.path, value);
  for (const [path, word] of Object.entries(option.http.implies ?? {})) setAt(spec, path, word);
  const group = optionalGroupOf(option);
  if (group === undefined) return;
  // The group's other options have HTTP's defaults now that the group is there.
  for (const sibling of namedOptions) {
    if (optionalGroupOf(sibling) !== group || sibling.http.default === undefined) continue;
    const parsed = parseOptionValue(sibling, sibling.http.default, false);
    if ("value" in parsed && valueAt(spec, sibling.path) === undefined)
      setAt(spec, sibling.path, parsed.value);
  }
}

/** An option that says more about another one says nothing without it. */
function isOfGivenGroup(option: HTTPNamed, raw: RawOptions): boolean {
  const group = optionalGroupOf(option);
  return namedOptions.every(
    (other) =>
      other.required !== true || optionalGroupOf(other) !== group || raw.has(other.http.name),
  );
}

/** Where an option speaks of two paths, the second one. */
function applyElsewhere(spec: Record<string, unknown>, option: HTTPNamed, raw: RawOptions): void {
  const { also, name } = option.http;
  const given = raw.get(name);
  if (also === undefined || given === undefined || !raw.has(also.with)) return;
  const parsed = parseOptionValue(
    { ...option, http: { ...option.http, words: also.words } },
    given,
    false,
  );
  if ("value" in parsed) setAt(spec, also.path, parsed.value);
}
