import type { OptionCondition } from "../../api/options/capture-option.ts";
import { defaultOf, fieldOf, optionalGroupOf } from "../../api/options/capture-options.ts";
import type { NamedOption } from "../../api/options/http-option.ts";
import {
  httpCaptureOptions,
  httpOptions,
  type HTTPCaptureOption,
} from "../../api/options/http-options.ts";
import { largestAreaPixels, type PictureArea } from "../../api/options/picture-areas.ts";
import { optionRules, type OptionRule } from "../../api/options/option-rules.ts";
import { switchOf, wordOf } from "./parse-option-value.ts";
import { textOfRaw, type RawOptions } from "./raw-options.ts";
import { valueAt, type SpecDraft } from "./spec-draft.ts";

/**
 * What is wrong with the options of a call taken together, one sentence each, in the words of `/take`. The rules are those of
 * the CRD, and those of the HTTP options. Groups that ask for nothing are removed from the spec.
 */
export function conflictsOf(spec: SpecDraft, raw: RawOptions): string[] {
  return [
    ...optionRules.flatMap((rule) => ruleProblems(rule, spec, raw)),
    ...httpOptions.flatMap((option) => combinationProblems(option, raw)),
  ];
}

function ruleProblems(rule: OptionRule, spec: SpecDraft, raw: RawOptions): string[] {
  switch (rule.type) {
    case "ExactlyOne":
      return sourceProblems(rule.fields, raw);
    case "GroupOnlyWith":
      return groupProblems(rule.group, rule.condition, spec, raw);
    case "GroupRequired":
      // Over HTTP the option of the group implies the word of the condition, never the other way round.
      return [];
    case "OptionOnlyWith":
      return conditionProblems(rule.option.path, rule.condition, spec, raw);
    case "RequiredInGroup":
      return incompleteProblems(rule.option.path, rule.group, raw);
    case "AtMost":
      return orderProblems(rule.option.path, rule.limit.path, spec, raw);
    case "AreaAtMost":
      return areaProblems(rule, spec);
  }
}

function sourceProblems(fields: readonly string[], raw: RawOptions): string[] {
  const sources = fields.flatMap((field) => httpOptionAt(field)?.http.name ?? []);
  const given = sources.filter((name) => raw.has(name));
  if (given.length === 0) return [`one of ${quoted(sources, ", ")} is required`];
  if (given.length > 1) return [`${quoted(given, " and ")} exclude each other; give one`];
  return [];
}

/** A group that goes with some words of another field only, such as `clip` with the viewport. */
function groupProblems(
  group: string,
  { path, words }: OptionCondition,
  spec: SpecDraft,
  raw: RawOptions,
): string[] {
  const present = valueAt(spec, path);
  if (spec[group] === undefined || typeof present !== "string" || words.includes(present))
    return [];
  const given = httpCaptureOptions.find(
    (option) =>
      fieldOf(option.path) === group &&
      raw.has(option.http.name) &&
      valueAt(spec, option.path) !== defaultOf(option),
  );
  if (given !== undefined) return [conflictOf(given, { path, words, present })];
  // Only defaults were given: they ask for nothing.
  delete spec[group];
  return [];
}

/** An option that goes with some words of another field only, such as `image_quality` with pictures. */
function conditionProblems(
  optionPath: string,
  { path, words, when }: OptionCondition,
  spec: SpecDraft,
  raw: RawOptions,
): string[] {
  const option = httpOptionAt(optionPath);
  if (option === undefined || !raw.has(option.http.name)) return [];
  const present = valueAt(spec, path);
  const value = valueAt(spec, optionPath);
  if (value === undefined || (when !== undefined && value !== when)) return [];
  if (typeof present !== "string" || words.includes(present)) return [];
  return [conflictOf(option, { path, words, present })];
}

interface Conflict {
  path: string;
  /** Words of the resource that would be allowed. */
  words: readonly string[];
  present: string;
}

/** Names the option in the way, or the words of it that are allowed. */
function conflictOf(option: HTTPCaptureOption, { path, words, present }: Conflict): string {
  const implied = httpCaptureOptions.find((other) => other.http.implies?.[path] === present);
  const cause = implied ?? httpOptionAt(path);
  const { name } = option.http;
  if (cause === undefined) return `"${name}" is not allowed with "${path}" ${present}`;
  if (implied !== undefined || cause.http.type === "boolean")
    return `"${name}" is not allowed with "${cause.http.name}"`;
  const theirs = Object.entries(cause.http.words ?? {});
  const allowed = theirs.filter(([, word]) => words.includes(word)).map(([word]) => word);
  return `"${name}" is only allowed with "${cause.http.name}" ${allowed.join(", ")}`;
}

/** An option without the one that its group requires, such as a longitude without a latitude. */
function incompleteProblems(requiredPath: string, group: string, raw: RawOptions): string[] {
  const required = httpOptionAt(requiredPath);
  if (required === undefined || raw.has(required.http.name)) return [];
  const given = httpCaptureOptions.find(
    (option) =>
      optionalGroupOf(option) === group &&
      option.http.needs === undefined &&
      raw.has(option.http.name),
  );
  return given === undefined
    ? []
    : [`"${required.http.name}" is required with "${given.http.name}"`];
}

/** A time that exceeds another one, such as `delay` and `timeout`. */
function orderProblems(
  optionPath: string,
  limitPath: string,
  spec: SpecDraft,
  raw: RawOptions,
): string[] {
  const option = httpOptionAt(optionPath);
  const limit = httpOptionAt(limitPath);
  if (option === undefined || limit === undefined || !raw.has(option.http.name)) return [];
  const value = valueAt(spec, optionPath);
  const most = valueAt(spec, limitPath) ?? defaultOf(limit);
  if (typeof value !== "number" || typeof most !== "number" || value <= most) return [];
  return [`"${option.http.name}" must be at most "${limit.http.name}", which is ${most}`];
}

/** Two sizes that make too large a picture together. */
function areaProblems({ width, height, scalePercent }: PictureArea, spec: SpecDraft): string[] {
  const paths = [width, height, ...(scalePercent === undefined ? [] : [scalePercent])];
  const options = paths.flatMap((path) => httpOptionAt(path) ?? []);
  const [across, down, percent = 100] = options.map((option) =>
    Number(valueAt(spec, option.path) ?? defaultOf(option)),
  );
  const area = Math.ceil((across ?? 0) * (down ?? 0) * (percent / 100) ** 2);
  if (!(area > largestAreaPixels)) return [];
  const names = options.map(({ http }) => http.name);
  return [
    `${quoted(names, ", ")} make ${area} pixels together, but a picture has at most ${largestAreaPixels}`,
  ];
}

/** What an option of `/take` says about others by name. */
function combinationProblems({ http }: NamedOption, raw: RawOptions): string[] {
  const { name, needs = [], requires = [], excludes = {} } = http;
  const given = raw.get(name);
  if (given === undefined) return [];
  // A switch of the call that is off by default asks for nothing unless it is on.
  const isSwitch = http.type === "boolean" && http.words === undefined && http.default === false;
  if (isSwitch && switchOf(given) !== true) return [];
  const isLacking = needs.length > 0 && !needs.some((other) => isGiven(other, raw));
  return [
    ...(isLacking ? [`"${name}" is not allowed without ${quoted(needs, " or ")}`] : []),
    ...requires
      .filter((other) => !raw.has(other))
      .map((other) => `"${other}" is required with "${name}"`),
    ...Object.entries(excludes)
      .filter(([other, word]) => hasWord(other, word, raw))
      .map(([other, word]) => `"${name}" is not allowed with "${other}" ${word}`),
  ];
}

function isGiven(name: string, raw: RawOptions): boolean {
  const given = raw.get(name);
  return given !== undefined && switchOf(given) !== false;
}

function hasWord(name: string, word: string, raw: RawOptions): boolean {
  const given = raw.get(name);
  return given !== undefined && wordOf({ [word]: word }, textOfRaw(given)) !== undefined;
}

function httpOptionAt(path: string): HTTPCaptureOption | undefined {
  return httpCaptureOptions.find((option) => option.path === path);
}

function quoted(names: readonly string[], separator: string): string {
  return names.map((name) => `"${name}"`).join(separator);
}
