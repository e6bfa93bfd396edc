import { defaultOf, fieldOf, optionalGroupOf } from "../../api/options/capture-options.ts";
import {
  httpOptionAt,
  type EndpointOptions,
  type HTTPCaptureOption,
} from "../../api/options/http-options.ts";
import { optionRules, type OptionRule } from "../../api/options/option-rules.ts";
import type { RawOptions } from "./raw-options.ts";
import { valueAt, type SpecDraft } from "./spec-draft.ts";

/**
 * Removes from a spec what the call asked for in vain, as the original API takes such calls: a second source, options of a format or
 * an extent that another option rules out, one of two coordinates. Returns a sentence for each.
 */
export function dropIgnored(spec: SpecDraft, raw: RawOptions, options: EndpointOptions): string[] {
  const call: Call = { spec, raw, options };
  return [
    ...optionRules.flatMap((rule) => dropByRule(rule, call)),
    ...options.capture.flatMap((option) => lonelyOption(option, call)),
  ];
}

interface Call {
  spec: SpecDraft;
  raw: RawOptions;
  options: EndpointOptions;
}

function dropByRule(rule: OptionRule, call: Call): string[] {
  switch (rule.type) {
    case "ExactlyOne":
      return dropFurtherSources(rule.fields, call.spec);
    case "GroupOnlyWith":
      return dropGroup(rule.group, rule.condition, call);
    case "OptionOnlyWith":
      return rule.option.http?.ignoredElsewhere === true && !holds(rule.condition, call.spec)
        ? dropOption(rule.option.path, call)
        : [];
    case "AtMost":
      lower(rule.option.path, rule.limit.path, call);
      return [];
    default:
      return [];
  }
}

/** The first source wins: url over html over markdown. */
function dropFurtherSources(fields: readonly string[], spec: SpecDraft): string[] {
  const [first, ...others] = fields.filter((field) => spec[field] !== undefined);
  return others.map((field) => {
    delete spec[field];
    return `"${field}" had no effect, since "${first}" was given as well`;
  });
}

/** A group that goes with some words of another field only, such as `pdf` with the format PDF. */
function dropGroup(
  group: string,
  condition: { path: string; words: readonly string[] },
  { spec, raw, options }: Call,
): string[] {
  if (spec[group] === undefined || holds(condition, spec)) return [];
  const asked = options.capture.filter(
    (option) =>
      fieldOf(option.path) === group &&
      raw.has(option.http.name) &&
      valueAt(spec, option.path) !== defaultOf(option),
  );
  delete spec[group];
  return asked.map((option) => noEffect(option, condition.path, options));
}

function dropOption(path: string, { spec, raw, options }: Call): string[] {
  const option = httpOptionAt(path, options);
  if (option === undefined || valueAt(spec, path) === undefined) return [];
  // Options of one group serve one purpose.
  delete spec[fieldOf(path)];
  return raw.has(option.http.name) ? [noEffect(option, "format", options)] : [];
}

/** What would exceed a limit exhausts it: a delay above the timeout ends as a time-out. */
function lower(path: string, limitPath: string, { spec, options }: Call): void {
  const [group, name] = path.split(".");
  const limit = httpOptionAt(limitPath, options);
  const value = valueAt(spec, path);
  const most = valueAt(spec, limitPath) ?? (limit && defaultOf(limit));
  if (typeof value !== "number" || typeof most !== "number" || value <= most) return;
  if (group !== undefined && name !== undefined)
    spec[group] = { ...(spec[group] as object), [name]: most };
}

/** An option that asks for nothing without another one of its group. */
function lonelyOption(option: HTTPCaptureOption, { spec, raw, options }: Call): string[] {
  const group = optionalGroupOf(option);
  if (group === undefined || spec[group] !== undefined || !raw.has(option.http.name)) return [];
  const missing = options.capture.filter(
    (other) =>
      other.required === true &&
      optionalGroupOf(other) === group &&
      !raw.has(other.http.name) &&
      !other.http.derived,
  );
  if (missing.length === 0 || option.http.type === "boolean") return [];
  const names = missing.map((other) => `"${other.http.name}"`).join(" and ");
  return [`"${option.http.name}" had no effect without ${names}`];
}

function holds(
  { path, words }: { path: string; words: readonly string[] },
  spec: SpecDraft,
): boolean {
  const present = valueAt(spec, path);
  return typeof present !== "string" || words.includes(present);
}

function noEffect({ http }: HTTPCaptureOption, path: string, options: EndpointOptions): string {
  const cause = httpOptionAt(path, options)?.http.name ?? path;
  return `"${http.name}" had no effect with this "${cause === "full_page" ? "selector" : cause}"`;
}
