import type { OptionCondition } from "../../api/options/capture-option.ts";
import { defaultOf } from "../../api/options/capture-options.ts";
import type { HTTPOption } from "../../api/options/http-option.ts";
import {
  httpOptionAt,
  type EndpointOptions,
  type HTTPCaptureOption,
} from "../../api/options/http-options.ts";
import { largestAreaPixels, type PictureArea } from "../../api/options/picture-areas.ts";
import { optionRules, type OptionRule } from "../../api/options/option-rules.ts";
import { switchOf } from "./parse-option-value.ts";
import { textOfRaw, type RawOptions, type RawValue } from "./raw-options.ts";
import { valueAt, type SpecDraft } from "./spec-draft.ts";

/**
 * What is wrong with the options of a call taken together, one sentence each, in the words of `/take`. Combinations that the original
 * API takes although they ask for nothing are no problem; see `ignored-options.ts`.
 */
export function conflictsOf(spec: SpecDraft, raw: RawOptions, options: EndpointOptions): string[] {
  const call: Call = { spec, raw, options };
  return [
    ...optionRules.flatMap((rule) => ruleProblems(rule, call)),
    ...[...options.all, ...options.unsupported.values()].flatMap(({ http }) => [
      ...combinationProblems(http, raw),
      ...wordProblems(http, raw),
    ]),
    ...options.all.flatMap((option) => maximumProblems(option.http, spec, raw)),
  ];
}

interface Call {
  spec: SpecDraft;
  raw: RawOptions;
  options: EndpointOptions;
}

function ruleProblems(rule: OptionRule, call: Call): string[] {
  switch (rule.type) {
    case "ExactlyOne":
      return sourceProblems(rule.fields, call.raw);
    case "OptionOnlyWith":
      return conditionProblems(rule.option.path, rule.condition, call);
    case "Leaves":
      return remainderProblems(rule, call.spec);
    case "AreaAtMost":
      return areaProblems(rule, call);
    default:
      return [];
  }
}

function sourceProblems(fields: readonly string[], raw: RawOptions): string[] {
  const sources = fields.flatMap((field) => httpOptionAt(field)?.http.name ?? []);
  return sources.some((name) => raw.has(name))
    ? []
    : [`one of ${quoted(sources, ", ")} is required`];
}

/** An option that goes with some words of another field only, such as `image_quality` with pictures; whatever its value. */
function conditionProblems(
  optionPath: string,
  { path, words }: OptionCondition,
  { spec, raw, options }: Call,
): string[] {
  const option = httpOptionAt(optionPath, options);
  if (option === undefined || !raw.has(option.http.name)) return [];
  const present = valueAt(spec, path);
  if (option.http.ignoredElsewhere === true || typeof present !== "string") return [];
  return words.includes(present) ? [] : [conflictOf(option, { path, words, present }, options)];
}

interface Conflict {
  path: string;
  /** Words of the resource that would be allowed. */
  words: readonly string[];
  present: string;
}

/** Names the option in the way, and the words of it that are allowed. */
function conflictOf(
  option: HTTPCaptureOption,
  { path, words, present }: Conflict,
  options: EndpointOptions,
): string {
  const cause = httpOptionAt(path, options);
  const theirs = Object.entries(cause?.http.words ?? {});
  const wordsFor = (wanted: readonly string[]): string =>
    theirs.flatMap(([word, ours]) => (wanted.includes(ours) ? [word] : [])).join(", ");
  const name = cause?.http.name ?? path;
  return `"${option.http.name}" is not allowed with "${name}" ${wordsFor([present])}, only with ${wordsFor(words)}`;
}

/** A number that leaves too little of another one. */
function remainderProblems(
  { option, leaves }: Extract<OptionRule, { type: "Leaves" }>,
  spec: SpecDraft,
): string[] {
  if (valueAt(spec, leaves.when) !== true) return [];
  const taken = Number(valueAt(spec, option.path) ?? 0);
  const whole = Number(valueAt(spec, leaves.of) ?? leaves.otherwise);
  if (whole - taken >= leaves.least) return [];
  const [name, of] = [option.path, leaves.of].map((path) => httpOptionAt(path)?.http.name);
  return [`"${name}" must be at least ${leaves.least} less than "${of}", which is ${whole}`];
}

/** Two sizes that make too large a picture together. */
function areaProblems(
  { width, height, scalePercent }: PictureArea,
  { spec, options }: Call,
): string[] {
  const paths = [width, height, ...(scalePercent === undefined ? [] : [scalePercent])];
  const factors = paths.flatMap((path) => httpOptionAt(path, options) ?? []);
  const [across, down, percent = 100] = factors.map((option) =>
    Number(valueAt(spec, option.path) ?? defaultOf(option)),
  );
  const area = Math.ceil((across ?? 0) * (down ?? 0) * (percent / 100) ** 2);
  if (!(area > largestAreaPixels)) return [];
  const names = factors.map(({ http }) => http.name);
  return [
    `${quoted(names, ", ")} make ${area} pixels together, but a picture has at most ${largestAreaPixels}`,
  ];
}

/** What an option of `/take` says about others by name. */
function combinationProblems(http: HTTPOption, raw: RawOptions): string[] {
  const { name, needs = [], requires = [], excludes = {}, notWith = [] } = http;
  const given = raw.get(name);
  if (given === undefined) return [];
  const needsNothing = http.needsOnlyWhenOn === true && switchOf(given) === false;
  const isLacking =
    !needsNothing && needs.length > 0 && !needs.some((other) => isGiven(other, raw));
  return [
    ...(isLacking ? [`"${name}" is not allowed without ${quoted(needs, " or ")}`] : []),
    ...(switchOf(given) === false ? [] : requires)
      .filter((other) => !raw.has(other))
      .map((other) => `"${other}" is required with "${name}"`),
    ...(switchOf(given) === false ? [] : Object.entries(excludes))
      .filter(([other, word]) => hasWord(raw.get(other), word))
      .map(([other, word]) => `"${name}" is not allowed with "${other}" ${word}`),
    ...notWith
      .filter((other) => raw.has(other))
      .map((other) => `"${name}" is not allowed with "${other}"`),
  ];
}

/** An option of `/animate` that goes with some words of another one only, given or not. */
function wordProblems({ name, onlyWithWords }: HTTPOption, raw: RawOptions): string[] {
  const given = raw.get(name);
  if (given === undefined || switchOf(given) === false || onlyWithWords === undefined) return [];
  const { name: other, words, default: preset } = onlyWithWords;
  const present = raw.get(other) ?? preset;
  if (words.some((word) => hasWord(present, word))) return [];
  return [
    `"${name}" is not allowed with "${other}" ${textOfRaw(present).trim()}, only with ${words.join(", ")}`,
  ];
}

function maximumProblems(http: HTTPOption, spec: SpecDraft, raw: RawOptions): string[] {
  const given = raw.get(http.name);
  if (given === undefined || http.maximumUnless === undefined) return [];
  const { maximum, path, above } = http.maximumUnless;
  const other = httpOptionAt(path);
  const present = Number(valueAt(spec, path) ?? (other && defaultOf(other)));
  if (present > above || !(Number(given) > maximum)) return [];
  return [
    `"${http.name}" must be less than or equal to ${maximum} unless "${other?.http.name}" is above ${above}`,
  ];
}

function isGiven(name: string, raw: RawOptions): boolean {
  const given = raw.get(name);
  return given !== undefined && switchOf(given) !== false;
}

function hasWord(given: RawValue | undefined, word: string): boolean {
  return (
    textOfRaw(given ?? "")
      .trim()
      .toLowerCase() === word
  );
}

function quoted(names: readonly string[], separator: string): string {
  return names.map((name) => `"${name}"`).join(separator);
}
