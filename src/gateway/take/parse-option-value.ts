import type { TextRule } from "../../api/options/option-value.ts";
import type { NamedOption } from "../../api/options/http-option.ts";
import { httpBoundsOf } from "../../api/options/http-options.ts";
import { textOfRaw, type RawValue } from "./raw-options.ts";
import type { SpecValue } from "./spec-draft.ts";

/** The resource's value, or what is wrong with the given one: a sentence that continues the option's name, `must be …`. */
type ParsedValue = { value: SpecValue } | { problem: string };

/** Parses the value that a caller gave for an option. Type and bounds are checked in HTTP's own units. */
export function parseOptionValue(
  option: NamedOption,
  raw: RawValue,
  asynchronous: boolean,
): ParsedValue {
  switch (option.http.type) {
    case "list":
      return parseList(option, raw);
    case "boolean":
      return parseSwitch(option, raw);
    case "integer":
    case "number":
      return parseNumber(option, raw, asynchronous);
    case "string":
      return parseText(option, raw);
  }
}

function parseSwitch({ http }: NamedOption, raw: RawValue): ParsedValue {
  const on = switchOf(raw);
  if (on === undefined) return { problem: "must be true or false" };
  return { value: http.words?.[String(on)] ?? on };
}

/** Whether a switch is on; undefined if the value is not one of a switch. */
export function switchOf(raw: RawValue): boolean | undefined {
  const text = textOfRaw(raw).trim().toLowerCase();
  if (["true", "1", "yes"].includes(text)) return true;
  return ["false", "0", "no", ""].includes(text) ? false : undefined;
}

function parseNumber(
  { value, http }: NamedOption,
  raw: RawValue,
  asynchronous: boolean,
): ParsedValue {
  const what = http.type === "integer" ? "a whole number" : "a number";
  const number = typeof raw === "number" ? raw : typeof raw === "string" ? readNumber(raw) : NaN;
  const { minimum, maximum } = httpBoundsOf({ value, http }, asynchronous);
  const fits = Number.isFinite(number) && (http.type === "number" || Number.isInteger(number));
  if (!fits || number < minimum || number > maximum)
    return { problem: `must be ${what} from ${minimum} to ${maximum}` };
  return { value: Math.round(number * (http.multiplyBy ?? 1)) };
}

function readNumber(text: string): number {
  return /^\s*[+-]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : NaN;
}

function parseText({ value, http }: NamedOption, raw: RawValue): ParsedValue {
  if (typeof raw === "object") return { problem: "must be one text, not a list" };
  const text = textOfRaw(raw);
  if (http.words !== undefined) {
    const word = wordOf(http.words, text);
    return word === undefined ? { problem: oneOf(http.words) } : { value: word };
  }
  const shape = value.type === "list" ? value.items : value;
  const problem = shape.type === "string" ? textProblem(shape, text) : undefined;
  if (problem !== undefined) return { problem };
  // One HTTP text is the only member of the resource's list.
  return { value: value.type === "list" ? [text] : text };
}

function parseList({ value, http }: NamedOption, raw: RawValue): ParsedValue {
  if (value.type !== "list") throw new TypeError(`${http.name} is no list in the resource`);
  const members = (Array.isArray(raw) ? raw : [raw]).map(textOfRaw);
  if (members.length < value.minItems || members.length > value.maxItems)
    return { problem: `must have from ${value.minItems} to ${value.maxItems} entries` };
  const read: string[] = [];
  for (const member of members) {
    const word = http.words === undefined ? member : wordOf(http.words, member);
    if (word === undefined) return { problem: `${oneOf(http.words ?? {})} in each entry` };
    const problem = value.items.type === "string" ? textProblem(value.items, word) : undefined;
    if (problem !== undefined) return { problem: `${problem} in each entry` };
    read.push(word);
  }
  return { value: value.unordered ? [...new Set(read)] : read };
}

interface TextShape {
  readonly minLength?: number;
  readonly maxLength: number;
  readonly rules?: readonly TextRule[];
}

function textProblem(shape: TextShape, text: string): string | undefined {
  // The API server counts characters, not UTF-16 units.
  const length = Array.from(text).length;
  const least = shape.minLength ?? 0;
  if (length < least) return "must not be empty";
  if (length > shape.maxLength)
    return `must have at most ${shape.maxLength} characters, but has ${length}`;
  const broken = shape.rules?.find(
    (rule) => new RegExp(rule.pattern, "u").test(text) !== (rule.must === "match"),
  );
  return broken?.message;
}

/** Words are compared as the original does: trimmed, in lower case. Undefined if there is no such word. */
export function wordOf(words: Readonly<Record<string, string>>, text: string): string | undefined {
  const key = text.trim().toLowerCase();
  return Object.hasOwn(words, key) ? words[key] : undefined;
}

/** A message lists no more words than this. */
const mostWords = 24;

function oneOf(words: Readonly<Record<string, string>>): string {
  const names = Object.keys(words);
  if (names.length <= mostWords) return `must be one of ${names.join(", ")}`;
  return `must be one of the ${names.length} names in the option table, such as ${names.at(names.length / 2)}`;
}
