import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { format } from "prettier";

import type { KindDefinition } from "../../src/api/kinds/kind-definition.ts";
import { kinds } from "../../src/api/kinds/kinds.ts";
import type { SchemaKeywords } from "../../src/api/kinds/schema.ts";
import { apiVersion } from "../../src/api/settings/kubernetes-names.ts";
import { tableText } from "./markdown-table.ts";
import { optionTableText } from "./option-table.ts";

/** The API reference: one chapter a kind, and the table of capture options. */
export async function referenceText(root: string): Promise<string> {
  const chapters = await Promise.all(kinds.map((kind) => chapterText(kind, root)));
  const page = [
    "<!-- Generated from src/api by `npm run generate`. Do not edit. -->",
    "# Stills: API reference",
    `Group and version \`${apiVersion}\`. All kinds but ScreenshotClass are namespaced, and all belong to the category \`stills\` (\`kubectl get stills\`). Fields that are not listed here are refused.`,
    "`kubectl explain screenshotjob.spec` shows the same texts.",
    contentsText(),
    ...chapters,
    "## Capture options by their HTTP names",
    optionTableText(),
  ];
  return format(page.join("\n\n"), {
    parser: "markdown",
    printWidth: 100,
    embeddedLanguageFormatting: "off",
    // Keeps wide tables compact.
    proseWrap: "never",
  });
}

function contentsText(): string {
  const entries = kinds.map((kind) => `[${kind.kind}](#${kind.kind.toLowerCase()})`);
  return `${entries.join(" · ")} · [Capture options](#capture-options-by-their-http-names)`;
}

async function chapterText(kind: KindDefinition, root: string): Promise<string> {
  const sample = await readFile(join(root, "deploy/samples", kind.sample), "utf8");
  const short = kind.shortNames.map((name) => `\`${name}\``).join(", ");
  const parts = [
    `## ${kind.kind}`,
    `${kind.text} Resource \`${kind.plural}\`${short === "" ? "" : `, for short ${short}`}.`,
    "```yaml\n" + sample + "```",
    `### ${kind.kind}: spec`,
    fieldsText(kind.spec, "spec", kind.asInKubernetes),
    `### ${kind.kind}: what the API server refuses besides`,
    refusalsText(kind),
    ...(kind.status === undefined
      ? []
      : [
          `### ${kind.kind}: status`,
          kind.status.description ?? "",
          fieldsText(kind.status, "status"),
        ]),
    `### ${kind.kind}: columns of kubectl get`,
    tableText(
      ["column", "shows"],
      kind.columns.map((column) => [
        `${column.name.toUpperCase()}${column.wide === true ? " (`-o wide`)" : ""}`,
        column.text,
      ]),
    ),
    ...kind.conditions.flatMap((condition) => [
      `### ${kind.kind}: condition ${condition.type}`,
      condition.text,
      tableText(
        ["reason", "means"],
        condition.reasons.map(({ reason, text }) => [`\`${reason}\``, text]),
      ),
    ]),
  ];
  return parts.join("\n\n");
}

function fieldsText(schema: SchemaKeywords, path: string, closed: readonly string[] = []): string {
  return tableText(
    ["field", "type and bounds", "default", "description"],
    fieldRows(schema, path, closed),
  );
}

function fieldRows(schema: SchemaKeywords, parent: string, closed: readonly string[]): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${parent}.${name}`;
    const required = schema.required?.includes(name) === true ? ", required" : "";
    const bounds = closed.includes(path) ? "as in a pod" : boundsText(field) + required;
    const preset = isPlain(field.default) ? `\`${JSON.stringify(field.default)}\`` : "";
    const row = [`\`${path}\``, bounds, preset, field.description ?? ""];
    if (closed.includes(path)) return [row];
    const list = field.items?.type === "object" ? field.items : undefined;
    const below =
      list === undefined ? fieldRows(field, path, closed) : fieldRows(list, `${path}[]`, closed);
    return [row, ...below];
  });
}

function isPlain(value: unknown): boolean {
  return value !== undefined && JSON.stringify(value) !== "{}";
}

function boundsText(schema: SchemaKeywords): string {
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(", ");
  if (schema["x-kubernetes-int-or-string"] === true) return "quantity";
  if (schema.type === "integer") return integerText(schema);
  if (schema.type === "array") return listText(schema);
  if (schema.type === "string")
    return schema.format === "date-time" ? "time" : `text, at most ${schema.maxLength} characters`;
  const isMap = schema.additionalProperties !== undefined;
  return isMap ? `map of at most ${schema.maxProperties}` : (schema.type ?? "");
}

function integerText(schema: SchemaKeywords): string {
  const unbounded = schema.maximum === Number.MAX_SAFE_INTEGER;
  return `integer from ${schema.minimum}${unbounded ? "" : ` to ${schema.maximum}`}`;
}

function listText(schema: SchemaKeywords): string {
  const { items } = schema;
  const what = items === undefined || items.type === "object" ? "" : `: ${boundsText(items)}`;
  return `list of at most ${schema.maxItems}${what}`;
}

/** Every sentence of a CEL rule, once, beside the fields that it is about. */
function refusalsText(kind: KindDefinition): string {
  const closed = kind.asInKubernetes ?? [];
  const rows = [
    ...ruleRows(kind.spec, "spec").filter(
      ([path = ""]) => !closed.some((one) => path.startsWith(one)),
    ),
    ...kind.rules.map((one) => ["", one.message]),
  ];
  const byMessage = new Map<string, string[]>();
  for (const [path = "", message = ""] of rows)
    byMessage.set(message, [...(byMessage.get(message) ?? []), path]);
  return tableText(
    ["field", "sentence"],
    [...byMessage].map(([message, paths]) => [pathsText(kind, paths), message]),
  );
}

/** The fields themselves, or, where that is shorter, the fields that are not among them. */
function pathsText(kind: KindDefinition, paths: readonly string[]): string {
  const text = (some: readonly string[]) => some.map((path) => `\`${path}\``).join(", ");
  const others = Object.keys(kind.spec.properties ?? {})
    .map((name) => `spec.${name}`)
    .filter((path) => !paths.includes(path));
  if (others.length < paths.length) return `every field of \`spec\` but ${text(others)}`;
  return text([...new Set(paths)].filter((path) => path !== ""));
}

function ruleRows(schema: SchemaKeywords, path: string): string[][] {
  const own = (schema["x-kubernetes-validations"] ?? []).map((one) => [
    path + (one.fieldPath ?? ""),
    one.message,
  ]);
  const children = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    ruleRows(field, `${path}.${name}`),
  );
  const items = schema.items === undefined ? [] : ruleRows(schema.items, `${path}[]`);
  return [...own, ...children, ...items];
}
