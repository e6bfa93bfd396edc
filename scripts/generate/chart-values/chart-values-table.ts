import { format } from "prettier";
import { parse } from "yaml";
import { tableText } from "../markdown-table.ts";
import { valuesComments } from "./values-comments.ts";
import type { ValueLine } from "./values-comments.ts";
import { valueTexts } from "./value-texts.ts";
import { variablesOfValues } from "./variables-of-values.ts";

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  description?: string;
}

interface Chart {
  comments: ReadonlyMap<string, ValueLine>;
  definitions: Readonly<Record<string, Schema>>;
  variables: ReadonlyMap<string, ReadonlySet<string>>;
  usedTexts: Set<string>;
}

type Json = Record<string, unknown>;

/** Belongs to Helm, or is a map of the user's own names. */
const withoutRow = ["global"];

/**
 * The table of every value of the chart, from values.yaml, its comments, the schema, and the templates' texts. Throws where the first
 * three do not agree.
 */
export async function chartValuesText(
  valuesText: string,
  schemaText: string,
  templates: readonly string[],
): Promise<string> {
  const values = parse(valuesText) as Json;
  const schema = JSON.parse(schemaText) as Schema & { definitions: Record<string, Schema> };
  const chart: Chart = {
    comments: valuesComments(valuesText),
    definitions: schema.definitions,
    variables: variablesOfValues(templates),
    usedTexts: new Set(),
  };
  const tops = namesOf("", values, schema).filter((name) => !withoutRow.includes(name));
  const isSection = (name: string): boolean =>
    childrenOf(name, schema.properties?.[name] ?? {}, chart) !== undefined;
  const rowsOf = (name: string): string[][] =>
    rows(name, values[name], schema.properties?.[name] ?? {}, chart);
  const head = ["value", "default", "type and bounds", "meaning", "variables"];
  const sections = tops.filter(isSection).map((name) => {
    const about = chart.comments.get(name)?.comment ?? "";
    const [, ...below] = rowsOf(name);
    return [`## ${name}`, about === "" ? "" : sentence(about), tableText(head, below)].join("\n\n");
  });
  const general = tops.filter((name) => !isSection(name)).flatMap(rowsOf);
  const unused = Object.keys(valueTexts).filter((name) => !chart.usedTexts.has(name));
  if (unused.length > 0)
    throw new Error(`No value needs these of value-texts.ts: ${unused.join(", ")}`);
  const page = [preamble, "## General", tableText(head, general), ...sections].join("\n\n");
  return await format(page, { parser: "markdown", printWidth: 100, proseWrap: "never" });
}

const preamble = [
  "<!-- Written by `npm run generate` from charts/stills/values.yaml and values.schema.json. Do not edit. -->",
  "# Values of the chart",
  "Every value that `helm install --set` or `-f` can change. What is not here, and what is out of bounds, is refused before anything is changed. The last column has the environment variables that a value sets; what they mean is in [src/README.md](../src/README.md#settings), and how values go together in [install.md](install.md).",
].join("\n\n");

/** In the order of values.yaml. */
function namesOf(path: string, values: Json, schema: Schema): string[] {
  const given = Object.keys(values);
  const known = Object.keys(schema.properties ?? {});
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`values.schema.json does not know ${unknown.join(", ")} of ${path}`);
  return [...given, ...known.filter((name) => !given.includes(name))];
}

/** The schemas below, where the value is a block of values of its own. */
function childrenOf(path: string, schema: Schema, chart: Chart): Schema | undefined {
  if (schema.$ref === "#/definitions/resources") return undefined;
  const whole = resolve(schema, chart);
  const isInline = chart.comments.get(path)?.isInline === true;
  return whole.properties === undefined || isInline ? undefined : whole;
}

/** The value's own row, and those of what is below it. */
function rows(path: string, value: unknown, schema: Schema, chart: Chart): string[][] {
  const children = childrenOf(path, schema, chart);
  if (children === undefined) return [rowOf(path, value, schema, chart)];
  const values = (value ?? {}) as Json;
  const about = chart.comments.get(path)?.comment ?? "";
  return [
    [`\`${path}\``, "", "", sentence(about), ""],
    ...namesOf(path, values, children).flatMap((name) =>
      rows(`${path}.${name}`, values[name], children.properties?.[name] ?? {}, chart),
    ),
  ];
}

function rowOf(path: string, value: unknown, schema: Schema, chart: Chart): string[] {
  const line = chart.comments.get(path);
  if (line === undefined)
    throw new Error(`charts/stills/values.yaml lacks ${path}, which its schema has`);
  const meaning = meaningOf(path, line.comment, chart);
  if (meaning === undefined)
    throw new Error(`${path} needs a comment in values.yaml, or a sentence in value-texts.ts`);
  return [
    `\`${path}\``,
    `\`${JSON.stringify(value)}\``,
    boundsText(resolve(schema, chart), chart),
    sentence(meaning),
    [...(chart.variables.get(path) ?? [])].map((name) => `\`${name}\``).join(", "),
  ];
}

/** A sentence about this value goes before its comment, and that before what all of the name have. */
function meaningOf(path: string, comment: string, { usedTexts }: Chart): string | undefined {
  const last = path.split(".").at(-1) ?? "";
  for (const name of [path, last]) if (valueTexts[name] !== undefined) usedTexts.add(name);
  return [valueTexts[path], comment, valueTexts[last]].find(
    (text) => text !== undefined && text !== "",
  );
}

function resolve(schema: Schema, { definitions }: Chart): Schema {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : { ...definitions[name], ...schema };
}

function boundsText(schema: Schema, chart: Chart): string {
  if (schema.enum !== undefined)
    return schema.enum.map((one) => `\`${one === "" ? '""' : String(one)}\``).join(", ");
  if (schema.type === "integer") return `integer from ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === "boolean") return "`true` or `false`";
  if (schema.type === "array") {
    const items = resolve(schema.items ?? {}, chart);
    return items.type === "string" ? `list of ${items.description ?? "texts"}` : "list of objects";
  }
  if (schema.type === "object") return "map";
  return schema.description === undefined ? "text" : `text, ${schema.description}`;
}

/** Comments begin small where they stand behind a value; names of values and URLs stay as they are. */
function sentence(text: string): string {
  const [first = ""] = text.split(/[ ,;]/);
  const begun = /^[a-z]+:?$/.test(first) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  const escaped = begun.replaceAll(/<(\w+)>/g, "\\<$1\\>");
  return escaped === "" || /[.?!]$/.test(escaped) ? escaped : `${escaped}.`;
}
