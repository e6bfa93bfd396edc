import type { Static, TSchema } from "typebox";
import { Check, Default } from "typebox/value";
import { pathText, problemsOf } from "./problems.ts";

/** Every wrong field of a settings file in one error. */
export class SettingsFileInvalid extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "SettingsFileInvalid";
    this.problems = problems;
  }
}

/**
 * A parser for the content of a settings file, such as what YAML contains. Fields that are absent, or empty (null), have the schema's
 * `default`. @throws SettingsFileInvalid naming every wrong field and what is allowed
 */
export function settingsParserOf<const Schema extends TSchema>(
  schema: Schema,
): (value: unknown) => Static<Schema> {
  return (value) => {
    const settings = Default(schema, withoutNulls(value));
    if (Check(schema, settings)) return settings as Static<Schema>;
    throw new SettingsFileInvalid(
      problemsOf(schema, settings).map(({ path, sentence }) =>
        path.length === 0 ? `the file ${sentence}` : `\`${pathText(path)}\` ${sentence}`,
      ),
    );
  };
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== null && field !== undefined),
  );
}
