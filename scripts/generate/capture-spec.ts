import { format } from "prettier";

import {
  captureOptions,
  defaultOf,
  fieldOf,
  nameOf,
} from "../../src/api/options/capture-options.ts";
import { captureGroups } from "../../src/api/options/groups.ts";
import type { CaptureOption } from "../../src/api/options/capture-option.ts";
import type { OptionValue } from "../../src/api/options/option-value.ts";

/** The TypeScript types of what a worker gets, and the defaults of the fields that have one. */
export async function captureSpecText(): Promise<string> {
  const fields = [...new Set(ours.map((option) => fieldOf(option.path)))];
  const source = [
    "// Generated from src/api/options/capture-options.ts by `npm run generate`. Do not edit.",
    "",
    "/** What to capture and how, as stored: the API server has filled in the defaults. */",
    `export interface CaptureSpec { ${fields.map(fieldText).join("\n")} }`,
    "",
    "/** The defaults in the resource; those of an object that was left out as well. */",
    `export const captureDefaults = ${JSON.stringify(defaultsOf(fields))} as const;`,
    "",
  ].join("\n");
  return format(source, { parser: "typescript", printWidth: 100 });
}

const ours = captureOptions.filter((option) => option.audience !== "control");

function optionsIn(field: string): CaptureOption[] {
  return ours.filter((option) => fieldOf(option.path) === field);
}

function fieldText(field: string): string {
  const group = captureGroups[field];
  const options = optionsIn(field);
  if (group === undefined) return options.map(memberText).join("\n");
  const members = options.map(memberText).join("\n");
  return `${commentText(field, group.text)}${field}${group.always === true ? "" : "?"}: { ${members} };`;
}

function memberText(option: CaptureOption): string {
  const name = nameOf(option.path);
  const there = option.required === true || defaultOf(option) !== undefined;
  return `${commentText(name, option.text)}${name}${there ? "" : "?"}: ${typeText(option.value)};`;
}

function commentText(name: string, text: string): string {
  return `/** \`${name}\` ${text} */\n`;
}

function typeText(value: OptionValue): string {
  switch (value.type) {
    case "string":
      return "string";
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "word":
      return value.words.map((one) => JSON.stringify(one)).join(" | ");
    case "list":
      return `(${typeText(value.items)})[]`;
  }
}

function defaultsOf(fields: string[]): Record<string, unknown> {
  const defaults: Record<string, unknown> = {};
  for (const field of fields) {
    const given = optionsIn(field).filter((option) => defaultOf(option) !== undefined);
    if (given.length === 0) continue;
    const entries = given.map((option) => [nameOf(option.path), defaultOf(option)] as const);
    defaults[field] =
      captureGroups[field] === undefined ? entries[0]?.[1] : Object.fromEntries(entries);
  }
  return defaults;
}
