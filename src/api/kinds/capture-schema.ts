import {
  captureGroups,
  captureOptions,
  fieldOf,
  nameOf,
  optionAt,
} from "../options/capture-options.ts";
import type { CaptureOption, OptionValue } from "../options/capture-option.ts";
import type { Rule, Schema } from "./schema.ts";
import { atMostRule } from "./shared-fields.ts";
import { flag, integer, list, object, text, word } from "./schema.ts";

/** The part of `ScreenshotJob.spec` that the option catalogue describes. */
export interface CaptureSchema {
  /** Without the groups that also hold other fields (`storage`). */
  readonly properties: Record<string, Schema>;
  readonly rules: Rule[];
}

/** `limitDefaults`: the defaults of fields outside the catalogue that `atMost` of an option names. */
export function captureSchema(limitDefaults: Readonly<Record<string, number>>): CaptureSchema {
  const properties: Record<string, Schema> = {};
  for (const option of captureOptions) {
    const field = fieldOf(option.path);
    if (option.audience !== "control") properties[field] ??= fieldSchema(field);
  }
  const rules = [...groupRules(), ...conditionRules(), ...limitRules(limitDefaults)];
  return { properties, rules: [sourceRule(), ...rules] };
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

function sourceRule(): Rule {
  const sources = [
    ...new Set(
      captureOptions
        .map((option) => ({ ...option, field: fieldOf(option.path) }))
        .filter(({ source, field }) => source ?? captureGroups[field]?.source)
        .map(({ field }) => field),
    ),
  ];
  const given = sources.map((source) => `has(self.${source})`).join(", ");
  const names = sources.map((source) => `\`${source}\``);
  return {
    rule: `[${given}].filter(given, given).size() == 1`,
    message: `must have exactly one of ${names.slice(0, -1).join(", ")} and ${names.at(-1)}: that is what gets captured`,
  };
}

function groupRules(): Rule[] {
  return Object.entries(captureGroups).flatMap(([field, group]) => {
    if (group.onlyWith === undefined) return [];
    const { path, word: wanted } = group.onlyWith;
    const only: Rule = {
      rule: `!has(self.${field}) || self.${path} == "${wanted}"`,
      message: `may not be given unless \`${path}\` is '${wanted}': set that, or leave \`${field}\` out`,
      reason: "FieldValueForbidden",
      fieldPath: `.${field}`,
    };
    const needed: Rule = {
      rule: `has(self.${field}) || self.${path} != "${wanted}"`,
      message: `must be given when \`${path}\` is '${wanted}'`,
      reason: "FieldValueRequired",
      fieldPath: `.${field}`,
    };
    return group.required === true ? [only, needed] : [only];
  });
}

function limitRules(limitDefaults: Readonly<Record<string, number>>): Rule[] {
  return captureOptions.flatMap((option) => {
    if (option.atMost === undefined) return [];
    const limit = optionAt(option.atMost)?.value;
    const preset = limit?.type === "integer" ? limit.default : limitDefaults[option.atMost];
    if (preset === undefined) throw new TypeError(`'${option.atMost}' has no default`);
    return [atMostRule(option.path, option.atMost, preset)];
  });
}

/** Options that only go with some words of another field. */
function conditionRules(): Rule[] {
  return captureOptions.flatMap((option) => {
    if (option.onlyWith === undefined) return [];
    const { path, words, when } = option.onlyWith;
    const allowed = words.map((one) => `self.${path} == "${one}"`).join(" || ");
    return [
      {
        rule: `${absenceOf(option, when)} || ${allowed}`,
        message: `may not be given unless \`${path}\` is ${words.join(", ")}: set that, or leave this out`,
        reason: "FieldValueForbidden" as const,
        fieldPath: `.${fieldOf(option.path)}`,
      },
    ];
  });
}

/** CEL for "the option asks for nothing". */
function absenceOf(option: CaptureOption, when: string | undefined): string {
  const field = fieldOf(option.path);
  const self = `self.${option.path}`;
  const preset = "default" in option.value ? option.value.default : undefined;
  const absent = [];
  if (captureGroups[field] !== undefined) absent.push(`!has(self.${field})`);
  if (preset !== undefined) absent.push(`${self} == ${JSON.stringify(preset)}`);
  else if (option.required !== true) absent.push(`!has(${self})`);
  if (when !== undefined) absent.push(`${self} != "${when}"`);
  return absent.join(" || ");
}
