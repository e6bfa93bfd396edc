import type { NamedOption } from "../../api/options/http-option.ts";
import { httpBoundsOf } from "../../api/options/http-options.ts";
import type { TextRule } from "../../api/options/option-value.ts";
import type { RawValue } from "./raw-options.ts";
import type { SpecValue } from "./spec-draft.ts";
import { textSyntaxes } from "./text-syntax.ts";

/**
 * The resource's value; or that the value means the same as none; or what is wrong with it: a sentence that continues the option's
 * name, `must be …`, or that of an entry of its list.
 */
export type ParsedValue =
  { value: SpecValue } | { isDefault: true } | { problem: string; entry?: number };

/**
 * Parses the value that a caller gave for an option. Types are those of the original API: a text may stand for a number or a
 * switch, nothing else stands for another type. Bounds are checked in HTTP's own units.
 */
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

/** What is wrong with an option, with its name; undefined if nothing is. */
export function problemOf({ http }: NamedOption, parsed: ParsedValue): string | undefined {
  if (!("problem" in parsed)) return undefined;
  const entry = parsed.entry === undefined ? "" : `[${parsed.entry}]`;
  return `"${http.name}${entry}" ${parsed.problem}`;
}

function parseSwitch({ http }: NamedOption, raw: RawValue): ParsedValue {
  const on = switchOf(raw);
  if (on === undefined) return { problem: "must be a boolean" };
  return { value: http.words?.[String(on)] ?? on };
}

/** Whether a switch is on; undefined if the value is not one of a switch. */
export function switchOf(raw: RawValue): boolean | undefined {
  if (typeof raw === "boolean") return raw;
  const text = typeof raw === "string" ? raw.toLowerCase() : "";
  return text === "true" || (text === "false" ? false : undefined);
}

function parseNumber(
  { value, http }: NamedOption,
  raw: RawValue,
  asynchronous: boolean,
): ParsedValue {
  const number = typeof raw === "number" ? raw : typeof raw === "string" ? readNumber(raw) : NaN;
  if (!Number.isFinite(number)) return { problem: "must be a number" };
  if (http.type === "integer" && !Number.isInteger(number))
    return { problem: "must be an integer" };
  if (number === 0 && http.zeroIsDefault) return { isDefault: true };
  const { minimum, maximum } = httpBoundsOf({ value, http }, asynchronous);
  if (number < minimum) return { problem: `must be greater than or equal to ${minimum}` };
  if (number > maximum) return { problem: `must be less than or equal to ${maximum}` };
  return { value: Math.round(number * (http.multiplyBy ?? 1)) };
}

function readNumber(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
}

function parseText(option: NamedOption, raw: RawValue): ParsedValue {
  const read = readText(option, raw);
  // One HTTP text is the only member of the resource's list.
  return "value" in read && option.value.type === "list" ? { value: [read.value] } : read;
}

function parseList(option: NamedOption, raw: RawValue): ParsedValue {
  const { value, http } = option;
  if (value.type !== "list") throw new TypeError(`${http.name} is no list in the resource`);
  // Common clients send a list of one as its only member.
  const members = typeof raw === "string" ? [raw] : raw;
  if (!Array.isArray(members)) return { problem: "must be an array" };
  if (members.length === 0) return { isDefault: true };
  if (members.length > value.maxItems)
    return { problem: `must contain less than or equal to ${value.maxItems} items` };
  const texts: string[] = [];
  for (const [entry, member] of members.entries()) {
    const read = readText(option, member);
    if ("problem" in read) return { ...read, entry };
    texts.push(read.value);
  }
  return { value: value.unordered ? [...new Set(texts)] : texts };
}

/** Reads one text: that of a text option, or a member of a list. */
function readText(option: NamedOption, raw: RawValue): { value: string } | { problem: string } {
  const { value, http } = option;
  if (typeof raw !== "string") return { problem: "must be a string" };
  if (http.words !== undefined) return readWord(http, http.words, raw);
  const read =
    http.syntax === undefined ? { text: raw, problem: undefined } : textSyntaxes[http.syntax](raw);
  if (read.problem !== undefined) return { problem: read.problem };
  const shape = value.type === "list" ? value.items : value;
  const maxLength = http.maxLength ?? (shape.type === "string" ? shape.maxLength : 0);
  const problem =
    shape.type === "string" ? textProblem({ ...shape, maxLength }, read.text) : undefined;
  return problem === undefined ? { value: read.text } : { problem };
}

function readWord(
  { folded, unavailable = {} }: NamedOption["http"],
  words: Readonly<Record<string, string>>,
  text: string,
): { value: string } | { problem: string } {
  const key = folded ? text.trim().toLowerCase() : text;
  if (Object.hasOwn(unavailable, key))
    return { problem: `${key} is not available: ${unavailable[key]}` };
  const word = Object.hasOwn(words, key) ? words[key] : undefined;
  return word === undefined ? { problem: oneOf(words) } : { value: word };
}

interface TextShape {
  readonly minLength?: number;
  readonly maxLength: number;
  readonly rules?: readonly TextRule[];
}

/** What is wrong with a text, to follow the option's name; undefined if nothing is. */
export function textProblem(shape: TextShape, text: string): string | undefined {
  // The API server counts characters, not UTF-16 units.
  const least = shape.minLength ?? 0;
  // There are never more characters than units, and counting those of a long text takes time.
  const length = text.length > shape.maxLength ? Array.from(text).length : text.length;
  if (length < least) return "is not allowed to be empty";
  if (length > shape.maxLength)
    return `length must be less than or equal to ${shape.maxLength} characters long, but has ${length}`;
  const broken = shape.rules?.find(
    (rule) => new RegExp(rule.pattern, "u").test(text) !== (rule.must === "match"),
  );
  return broken?.message;
}

/** A message lists no more words than this. */
const mostWords = 24;

function oneOf(words: Readonly<Record<string, string>>): string {
  const names = Object.keys(words);
  if (names.length <= mostWords) return `must be one of [${names.join(", ")}]`;
  return `must be one of the ${names.length} names in the option table, such as ${names.at(names.length / 2)}`;
}
