import type { NamedOption } from "../../api/options/http-option.ts";
import { parseOptionValue, problemOf } from "./parse-option-value.ts";
import type { RawOptions } from "./raw-options.ts";
import type { SpecValue } from "./spec-draft.ts";

/** Reads options of a call by type. A value that is not valid counts as absent and adds a sentence to `problems`. */
export class TypedOptions {
  readonly #raw: RawOptions;
  readonly #problems: string[];

  constructor(raw: RawOptions, problems: string[]) {
    this.#raw = raw;
    this.#problems = problems;
  }

  isOn(option: NamedOption): boolean {
    return this.#read(option) === true;
  }

  text(option: NamedOption): string | undefined {
    const value = this.#read(option);
    return typeof value === "string" ? value : undefined;
  }

  integer(option: NamedOption): number | undefined {
    const value = this.#read(option);
    return typeof value === "number" ? value : undefined;
  }

  texts(option: NamedOption): readonly string[] {
    const value = this.#read(option);
    return typeof value === "object" ? value : [];
  }

  #read(option: NamedOption): SpecValue | undefined {
    const { name } = option.http;
    const given = this.#raw.has(name) ? this.#raw.get(name) : option.http.default;
    if (given === undefined) return undefined;
    const parsed = parseOptionValue(option, given, false);
    const problem = problemOf(option, parsed);
    if (problem !== undefined) this.#problems.push(problem);
    return "value" in parsed ? parsed.value : undefined;
  }
}
