import type { TSchema } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import { Errors } from "typebox/value";
import { sentenceOf, type SchemaNode } from "./sentences.ts";

/** What is wrong with one field. */
export interface Problem {
  /** Names of the fields from the outside in, with numbers for entries of lists; empty for the value itself. */
  path: readonly string[];
  /** What the field must be, or "is missing": continues its name. */
  sentence: string;
}

/**
 * Every wrong field of a value that does not match the schema, one problem a field, in the order of the schema.
 * A schema says in `allowed` what its pattern means ("64 hexadecimal digits"). In a union of objects the alternative is chosen by the
 * constant that all of them have (`kind`), and only its problems are named.
 */
export function problemsOf(schema: TSchema, value: unknown): Problem[] {
  const errors = Errors(schema, value);
  const unions = errors.filter(({ keyword }) => keyword === "anyOf");
  const problems = errors.flatMap((error) => {
    if (unions.some((union) => error.schemaPath.startsWith(`${union.schemaPath}/anyOf/`)))
      return [];
    const node = nodeAt(schema, stepsOf(error.schemaPath));
    const path = stepsOf(error.instancePath);
    return error.keyword === "anyOf"
      ? problemsOfUnion(node, path, valueAt(value, path))
      : problemsOfError(error, node, path);
  });
  const seen = new Set<string>();
  return problems.filter(({ path }) => {
    const key = path.join("\n");
    return !seen.has(key) && seen.add(key);
  });
}

/** `job.name`, `holding[2]`. */
export function pathText(path: readonly string[]): string {
  return path.reduce(
    (text, step) =>
      /^\d+$/.test(step) ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

function problemsOfError(
  error: TLocalizedValidationError,
  node: SchemaNode,
  path: readonly string[],
): Problem[] {
  if (error.keyword === "required")
    return error.params.requiredProperties.map((name) => ({
      path: [...path, name],
      sentence: "is missing",
    }));
  if (error.keyword === "additionalProperties") {
    const known = Object.keys(node.properties ?? {}).join(", ");
    return error.params.additionalProperties.map((name) => ({
      path: [...path, name],
      sentence: `is not a known field; known are ${known}`,
    }));
  }
  // The schema `false` of a field that is not known: the error above names it.
  if (error.keyword === "boolean") return [];
  return [{ path, sentence: sentenceOf(node) ?? error.message }];
}

function problemsOfUnion(union: SchemaNode, path: readonly string[], value: unknown): Problem[] {
  const branches = union.anyOf ?? [];
  const tag = Object.keys(branches[0]?.properties ?? {}).find((name) =>
    branches.every((branch) => branch.properties?.[name]?.const !== undefined),
  );
  if (tag === undefined) return [{ path, sentence: sentenceOf(union) ?? "is not valid" }];
  if (typeof value !== "object" || value === null) return [{ path, sentence: "must be an object" }];
  const given: unknown = Reflect.get(value, tag);
  const chosen = branches.find((branch) => branch.properties?.[tag]?.const === given);
  if (chosen !== undefined)
    return problemsOf(chosen, value).map((problem) => ({
      ...problem,
      path: [...path, ...problem.path],
    }));
  const words = new Set(branches.map((branch) => String(branch.properties?.[tag]?.const)));
  return [{ path: [...path, tag], sentence: `must be one of ${[...words].join(", ")}` }];
}

/** The steps of a JSON pointer (RFC 6901), with or without `#` before it. */
function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function nodeAt(schema: TSchema, steps: readonly string[]): SchemaNode {
  return (valueAt(schema, steps) ?? {}) as SchemaNode;
}

function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined,
    value,
  );
}
