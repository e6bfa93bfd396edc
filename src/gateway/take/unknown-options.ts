import type { EndpointOptions } from "../../api/options/http-options.ts";
import type { UnsupportedOption } from "../../api/options/unsupported-options.ts";
import { parseOptionValue, problemOf, switchOf } from "./parse-option-value.ts";
import type { RawOptions, RawValue } from "./raw-options.ts";

/** What is wrong with options that Stills does not have: those that nobody has, and those of the original API. */
export function unknownProblems(raw: RawOptions, options: EndpointOptions): string[] {
  const knownNames = new Set(options.all.map(({ http }) => http.name));
  return [...raw].flatMap(([name, value]) => {
    if (knownNames.has(name)) return [];
    const option = options.unsupported.get(name);
    if (option === undefined) return [`"${name}" is not allowed`];
    return unsupportedProblem(option, value, { raw, options }) ?? [];
  });
}

function unsupportedProblem(
  option: UnsupportedOption,
  value: RawValue,
  call: { raw: RawOptions; options: EndpointOptions },
): string | undefined {
  const parsed = parseOptionValue(option, value, false);
  const problem = problemOf(option, parsed);
  if (problem !== undefined) return problem;
  const isDefault = "value" in parsed && parsed.value === option.http.default;
  if (isDefault || !isNeeded(option, call)) return undefined;
  return `"${option.http.name}" is not supported: ${option.why}`;
}

/** What is a detail of another option matters together with that one only, which is refused itself if it is not supported. */
function isNeeded(
  { detailOf }: UnsupportedOption,
  { raw, options }: { raw: RawOptions; options: EndpointOptions },
): boolean {
  if (detailOf === undefined) return true;
  if (options.unsupported.has(detailOf)) return false;
  const given = raw.get(detailOf);
  return given !== undefined && switchOf(given) !== false;
}
