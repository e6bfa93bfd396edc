import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { Failure } from "../reasons/failure.ts";
import { pathText, problemsOf } from "./problems.ts";

/** Takes what came from outside and returns it with its type. @throws Failure(RequestMalformed) naming a wrong field */
type Parser<Value> = (value: unknown) => Value;

/**
 * A parser for one schema. Fields that the schema does not know are let through, unless it says `additionalProperties: false`: a newer
 * sender may say more than an older reader knows. The sentence of the failure names the first wrong field and what it must be, never its
 * value, which may be secret. The schema is compiled at its first use, since that takes milliseconds.
 *
 * @param name what is parsed, for the sentence: "capture request"
 */
export function parserOf<const Schema extends TSchema>(
  name: string,
  schema: Schema,
): Parser<Static<Schema>> {
  let validator: Validator<{}, Schema> | undefined;
  return (value) => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return value as Static<Schema>;
    const [first] = problemsOf(schema, value);
    throw malformed(name, first === undefined ? "is not valid" : problemText(first));
  };
}

function problemText({ path, sentence }: ReturnType<typeof problemsOf>[number]): string {
  return path.length === 0 ? `it ${sentence}` : `${pathText(path)} ${sentence}`;
}

/** The failure of a parser, for rules that a schema cannot say. */
export function malformed(name: string, problem: string): Failure {
  return new Failure("RequestMalformed", { message: `The ${name} is not valid: ${problem}` });
}
