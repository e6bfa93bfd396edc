import {
  captureOptions,
  defaultOf,
  fieldOf,
  nameOf,
  optionAt,
} from "../options/capture-options.ts";
import type { CaptureOption, GroupBounds, OptionCondition } from "../options/capture-option.ts";
import type { OptionValue } from "../options/option-value.ts";
import { captureGroups } from "../options/groups.ts";
import { optionRules, type OptionRule } from "../options/option-rules.ts";
import { largestAreaPixels, type PictureArea } from "../options/picture-areas.ts";
import type { Rule, Schema } from "./schema.ts";
import { atMostRule } from "./shared-fields.ts";
import { flag, integer, list, object, text, word } from "./schema.ts";

/** The part of `ScreenshotJob.spec` that the option catalogue describes. */
interface CaptureSchema {
  /** Without the groups that also hold other fields (`storage`). */
  readonly properties: Record<string, Schema>;
  readonly rules: Rule[];
}

/** The schema of all capture options, and the CEL rules about options that depend on each other. */
export function captureSchema(): CaptureSchema {
  const properties: Record<string, Schema> = {};
  for (const option of captureOptions) {
    const field = fieldOf(option.path);
    if (option.audience !== "control") properties[field] ??= fieldSchema(field);
  }
  return { properties, rules: optionRules.flatMap(celRules) };
}

/** The schema of one option, for a group that is put together elsewhere. */
export function optionSchema(option: CaptureOption): Schema {
  return valueSchema(option.text, option.value);
}

function fieldSchema(field: string): Schema {
  const group = captureGroups[field];
  const options = captureOptions.filter((option) => fieldOf(option.path) === field);
  const [first] = options;
  if (first === undefined) throw new TypeError(`There is no option in '${field}'`);
  if (group === undefined) return optionSchema(first);
  const required = options.filter((option) => option.required).map((option) => nameOf(option.path));
  return object(
    group.text,
    Object.fromEntries(options.map((option) => [nameOf(option.path), optionSchema(option)])),
    {
      ...(required.length > 0 ? { required } : {}),
      ...(group.always === true ? { always: true } : {}),
      rules: options.flatMap((option) => [...remainderRule(option), ...togetherRule(option)]),
    },
  );
}

function valueSchema(description: string, value: OptionValue): Schema {
  switch (value.type) {
    case "string":
      return text(description, {
        max: value.maxLength,
        ...(value.rules === undefined ? {} : { rules: value.rules }),
      });
    case "word":
      return word(description, value.words, value.default);
    case "integer":
      return integer(description, {
        min: value.minimum,
        max: value.maximum,
        ...(value.default === undefined ? {} : { default: value.default }),
      });
    case "boolean":
      return flag(description, value.default);
    case "list": {
      const { description: _, ...items } = valueSchema("", value.items);
      return list(description, items, {
        min: value.minItems,
        max: value.maxItems,
        kind: value.unordered === true ? "set" : "atomic",
        ...(value.default === undefined ? {} : { default: value.default }),
      });
    }
  }
}

function celRules(rule: OptionRule): Rule[] {
  switch (rule.type) {
    case "ExactlyOne":
      return [exactlyOneRule(rule.fields)];
    case "GroupOnlyWith":
      return [onlyWithRule(rule.group, `!has(self.${rule.group})`, rule.condition)];
    case "GroupBounds":
      return [boundsRule(rule.group, rule.bounds)];
    case "GroupRequired":
      return [requiredRule(rule.group, rule.condition)];
    case "OptionOnlyWith":
      return [
        onlyWithRule(
          fieldOf(rule.option.path),
          absenceOf(rule.option, rule.condition),
          rule.condition,
        ),
      ];
    case "Leaves":
      // A rule of the group: those of the spec are judged on every write.
      return [];
    case "RequiredInGroup":
      // The group's schema has it under "required".
      return [];
    case "AtMost":
      return [atMostRule(rule.option.path, rule.limit.path, Number(defaultOf(rule.limit)))];
    case "AreaAtMost":
      return [areaRule(rule)];
  }
}

function remainderRule({ path, leaves }: CaptureOption): Rule[] {
  if (leaves === undefined) return [];
  const [name = "", of = "", when = ""] = [path, leaves.of, leaves.when].map(nameOf);
  const valueOf = (field: string, otherwise: number) =>
    `(has(self.${field}) ? self.${field} : ${otherwise})`;
  return [
    {
      rule: `!has(self.${when}) || !self.${when} || ${valueOf(of, leaves.otherwise)} - ${valueOf(name, 0)} >= ${leaves.least}`,
      message: `must leave at least ${leaves.least} of \`${of}\`: lower this, or raise that`,
      fieldPath: `.${name}`,
    },
  ];
}

/** One rule for the two: that of the first. */
function togetherRule({ path, together }: CaptureOption): Rule[] {
  if (together === undefined || together < path) return [];
  const [name, other] = [nameOf(path), nameOf(together)];
  return [
    {
      rule: `has(self.${name}) == has(self.${other})`,
      message: `must be given together with \`${other}\`, or not at all`,
      fieldPath: `.${name}`,
    },
  ];
}

function areaRule({ width, height, scalePercent }: PictureArea): Rule {
  const field = fieldOf(width);
  const group = captureGroups[field]?.always === true ? [] : [`!has(self.${field})`];
  const missing = [width, height].filter((path) => isOptional(path));
  const absent = [...group, ...missing.map((path) => `!has(self.${path})`)];
  const scale = scalePercent === undefined ? [] : [scalePercent, scalePercent];
  const area = [width, height, ...scale].map((path) => `self.${path}`).join(" * ");
  const most = largestAreaPixels * (scalePercent === undefined ? 1 : 100 * 100);
  const factors = [width, height, ...(scalePercent === undefined ? [] : [scalePercent])];
  return {
    rule: [...absent, `${area} <= ${most}`].join(" || "),
    message: `must have an area of at most ${largestAreaPixels} pixels of the picture: lower ${alternatives(factors, "`", "or")}`,
    fieldPath: `.${field}`,
  };
}

/** Whether the field may be absent where its group is given. */
function isOptional(path: string): boolean {
  const option = optionAt(path);
  return option !== undefined && option.required !== true && defaultOf(option) === undefined;
}

function exactlyOneRule(fields: readonly string[]): Rule {
  const given = fields.map((field) => `has(self.${field})`).join(", ");
  return {
    rule: `[${given}].filter(given, given).size() == 1`,
    message: `must have exactly one of ${alternatives(fields, "`", "and")}: that is what gets captured`,
  };
}

/** `absent`: CEL for "nothing is asked for". */
function onlyWithRule(field: string, absent: string, condition: OptionCondition): Rule {
  return {
    rule: `${absent} || ${holds(condition)}`,
    message: `may not be given unless ${sentenceOf(condition)}: set that, or leave \`${field}\` out`,
    reason: "FieldValueForbidden",
    fieldPath: `.${field}`,
  };
}

function boundsRule(group: string, { onlyWith, without, requiredWith }: GroupBounds): Rule {
  const allowed = [...onlyWith.map(holds), ...without.map((other) => `!has(self.${other})`)];
  const conditions = [
    ...onlyWith.map(sentenceOf),
    ...without.map((other) => `\`${other}\` is left out`),
  ];
  return {
    rule: `has(self.${group}) ? ${allowed.join(" && ")} : !(${holds(requiredWith)})`,
    message: `may not be given unless ${listed(conditions, "and")}; must be given with ${alternatives(requiredWith.words, "'", "or")}`,
    fieldPath: `.${group}`,
  };
}

function requiredRule(field: string, condition: OptionCondition): Rule {
  const { path, words } = condition;
  return {
    rule: `has(self.${field}) || ${words.map((word) => `self.${path} != "${word}"`).join(" && ")}`,
    message: `must be given when ${sentenceOf(condition)}`,
    reason: "FieldValueRequired",
    fieldPath: `.${field}`,
  };
}

function holds({ path, words }: OptionCondition): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length === 1
    ? `self.${path} == ${quoted[0]}`
    : `self.${path} in [${quoted.join(", ")}]`;
}

function sentenceOf({ path, words }: OptionCondition): string {
  return `\`${path}\` is ${alternatives(words, "'", "or")}`;
}

function alternatives(words: readonly string[], quote: string, last: "and" | "or"): string {
  return listed(
    words.map((word) => quote + word + quote),
    last,
  );
}

function listed(words: readonly string[], last: "and" | "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** CEL for "the option asks for nothing". */
function absenceOf(option: CaptureOption, { when }: OptionCondition): string {
  const field = fieldOf(option.path);
  const self = `self.${option.path}`;
  const preset = defaultOf(option);
  const absent = [];
  if (captureGroups[field] !== undefined) absent.push(`!has(self.${field})`);
  if (preset !== undefined) absent.push(`${self} == ${JSON.stringify(preset)}`);
  else if (option.required !== true) absent.push(`!has(${self})`);
  if (when !== undefined) absent.push(`${self} != "${when}"`);
  return absent.join(" || ");
}
