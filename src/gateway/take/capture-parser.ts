import { optionalGroupOf } from "../../api/options/capture-options.ts";
import type { Endpoint } from "../../api/options/http-option.ts";
import {
  endpointOptions,
  type EndpointOptions,
  type HTTPCaptureOption,
} from "../../api/options/http-options.ts";
import { completeAnimation } from "./animation-options.ts";
import { completeClip } from "./clip-option.ts";
import { expandDevice } from "./device-option.ts";
import { dropIgnored } from "./ignored-options.ts";
import { conflictsOf } from "./option-conflicts.ts";
import { parseOptionValue, problemOf } from "./parse-option-value.ts";
import type { RawOptions } from "./raw-options.ts";
import { setAt, valueAt, type SpecDraft, type SpecValue } from "./spec-draft.ts";

interface ParsedCapture {
  /** The part of a ScreenshotJob's spec that the options describe, with HTTP's defaults where they differ. */
  spec: SpecDraft;
  /** Sentences like `"format" must be one of …`; empty if the call is valid. */
  problems: string[];
  /** Sentences about options that the call could do without, since they have no effect. */
  warnings: string[];
}

/** Parses the capture options of a call. Other options are only checked for what they exclude and need. */
export function parseCapture(
  raw: RawOptions,
  asynchronous: boolean,
  endpoint: Endpoint = "take",
): ParsedCapture {
  const spec: SpecDraft = endpoint === "animate" ? { animation: {} } : {};
  const options = endpointOptions[endpoint];
  const problems: string[] = [];
  for (const option of options.capture) {
    const { name } = option.http;
    const given = raw.get(name);
    if (given === undefined) {
      applyDefault(spec, option, asynchronous);
      continue;
    }
    const parsed = parseOptionValue(option, given, asynchronous);
    const problem = problemOf(option, parsed);
    if (problem !== undefined) problems.push(problem);
    else if (!("value" in parsed)) applyDefault(spec, option, asynchronous);
    else if (isOfGivenGroup(option, raw, options)) apply(spec, option, parsed.value, options);
  }
  for (const option of options.capture) applyElsewhere(spec, option, raw);
  expandDevice(spec);
  const warnings: string[] = [];
  if (endpoint === "animate") warnings.push(...completeAnimation(spec, raw, problems));
  completeClip(spec);
  problems.push(...conflictsOf(spec, raw, options));
  return { spec, problems, warnings: [...warnings, ...dropIgnored(spec, raw, options)] };
}

/** Sets a default that differs from the resource's. The API server fills in the others. */
function applyDefault(spec: SpecDraft, option: HTTPCaptureOption, asynchronous: boolean): void {
  const { http } = option;
  const fallback = (asynchronous ? http.asynchronous?.default : undefined) ?? http.default;
  if (fallback === undefined || optionalGroupOf(option) !== undefined) return;
  const parsed = parseOptionValue(option, fallback, asynchronous);
  if ("value" in parsed && valueAt(spec, option.path) === undefined)
    setAt(spec, option.path, parsed.value);
}

function apply(
  spec: SpecDraft,
  option: HTTPCaptureOption,
  value: SpecValue,
  options: EndpointOptions,
): void {
  setAt(spec, option.path, value);
  for (const [path, word] of Object.entries(option.http.implies ?? {})) setAt(spec, path, word);
  const group = optionalGroupOf(option);
  if (group === undefined) return;
  // The group exists now, so HTTP's defaults apply to its other options.
  for (const sibling of options.capture) {
    if (optionalGroupOf(sibling) !== group || sibling.http.default === undefined) continue;
    const parsed = parseOptionValue(sibling, sibling.http.default, false);
    if ("value" in parsed && valueAt(spec, sibling.path) === undefined)
      setAt(spec, sibling.path, parsed.value);
  }
}

/** Whether the option that the group requires, if any, is given: without it the others ask for nothing. */
function isOfGivenGroup(
  option: HTTPCaptureOption,
  raw: RawOptions,
  { capture }: EndpointOptions,
): boolean {
  const group = optionalGroupOf(option);
  return capture.every(
    (other) =>
      other.required !== true ||
      other.http.derived === true ||
      optionalGroupOf(other) !== group ||
      raw.has(other.http.name),
  );
}

/** Sets the second path of an option that sets two. */
function applyElsewhere(spec: SpecDraft, option: HTTPCaptureOption, raw: RawOptions): void {
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
