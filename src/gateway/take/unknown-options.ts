import { httpOptions } from "../../api/options/http-options.ts";
import {
  unsupportedOptions,
  type UnsupportedOption,
} from "../../api/options/unsupported-options.ts";
import { parseOptionValue, problemOf, switchOf } from "./parse-option-value.ts";
import type { RawOptions, RawValue } from "./raw-options.ts";

const knownNames: ReadonlySet<string> = new Set(httpOptions.map(({ http }) => http.name));

/** What is wrong with options that Stills does not have: those that nobody has, and those of the original API. */
export function unknownProblems(raw: RawOptions): string[] {
  return [...raw].flatMap(([name, value]) => {
    if (knownNames.has(name)) return [];
    const option = unsupportedOptions.get(name);
    if (option === undefined) return [`"${name}" is not allowed`];
    return unsupportedProblem(option, value, raw) ?? [];
  });
}

function unsupportedProblem(
  option: UnsupportedOption,
  value: RawValue,
  raw: RawOptions,
): string | undefined {
  const parsed = parseOptionValue(option, value, false);
  const problem = problemOf(option, parsed);
  if (problem !== undefined) return problem;
  const isDefault = "value" in parsed && parsed.value === option.http.default;
  if (isDefault || !isNeeded(option, raw)) return undefined;
  return `"${option.http.name}" is not supported: ${option.why}`;
}

/** What is a detail of another option matters together with that one only, which is refused itself if it is not supported. */
function isNeeded({ detailOf }: UnsupportedOption, raw: RawOptions): boolean {
  if (detailOf === undefined) return true;
  if (unsupportedOptions.has(detailOf)) return false;
  const given = raw.get(detailOf);
  return given !== undefined && switchOf(given) !== false;
}
