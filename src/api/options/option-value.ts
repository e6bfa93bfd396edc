/** Type, bounds and default of an option in the resource. */
export type OptionValue = TextValue | WordValue | NumberValue | SwitchValue | ListValue;

export interface TextValue {
  readonly type: "string";
  readonly minLength?: number;
  readonly maxLength: number;
  readonly rules?: readonly TextRule[];
}

/** One of a few words. */
interface WordValue {
  readonly type: "word";
  readonly words: readonly string[];
  readonly default?: string;
}

export interface NumberValue {
  readonly type: "integer";
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

interface SwitchValue {
  readonly type: "boolean";
  readonly default?: boolean;
}

export interface ListValue {
  readonly type: "list";
  readonly items: TextValue | WordValue;
  readonly minItems: number;
  readonly maxItems: number;
  /** Order and repetition carry no meaning. */
  readonly unordered?: true;
  readonly default?: readonly string[];
}

/** A pattern with the same meaning in RE2 and JavaScript, and the error message for a text that breaks it. */
export interface TextRule {
  readonly pattern: string;
  readonly must: "match" | "not match";
  readonly message: string;
}
