/**
 * What one entry of the option catalogue says. The CRDs, the TypeScript types, the option table and (from their own
 * issues on) the parser of `/take` and the OpenAPI document are made from it, so an option is described once.
 */
export interface CaptureOption {
  /** Where it stands below `spec`: `format`, or `viewport.widthPixels`. */
  readonly path: string;
  /** A sentence that continues its name: "is the …". Also the documentation over HTTP unless `http.text` is given. */
  readonly text: string;
  /** Type, bounds and default in the resource. */
  readonly value: OptionValue;
  /** How `/take` names it. Absent: only the resource has it. */
  readonly http?: HTTPOption;
  /** An object it stands in cannot be given without it. */
  readonly required?: true;
  /** One of the fields of which exactly one must be given. */
  readonly source?: true;
  /** The path of a field that this number may not exceed. */
  readonly atMost?: string;
  /** May be given (a number: differ from its default) only while another field has one of these words. */
  readonly onlyWith?: OptionCondition;
  /** `control`: for the controller only, not part of what a worker gets. */
  readonly audience?: "control";
}

export interface OptionCondition {
  /** The path of a field of words that always has a value. */
  readonly path: string;
  readonly words: readonly string[];
  /** Counts for this word of the option only. */
  readonly when?: string;
}

export type OptionValue = TextValue | WordValue | NumberValue | SwitchValue | ListValue;

export interface TextValue {
  readonly type: "string";
  readonly minLength?: number;
  readonly maxLength: number;
  readonly rules?: readonly TextRule[];
}

/** One of a few words. */
export interface WordValue {
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

export interface SwitchValue {
  readonly type: "boolean";
  readonly default?: boolean;
}

export interface ListValue {
  readonly type: "list";
  readonly items: TextValue | WordValue;
  readonly minItems: number;
  readonly maxItems: number;
  /** Whether order and repetition carry no meaning. */
  readonly unordered?: true;
  readonly default?: readonly string[];
}

/** A pattern that means the same to RE2 and to JavaScript, and what to tell whoever breaks it. */
export interface TextRule {
  readonly pattern: string;
  /** Whether the text has to match, or must not. */
  readonly must: "match" | "not match";
  readonly message: string;
}

/** The form an option has in `/take`, as far as it differs from the resource. */
export interface HTTPOption {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "list";
  /** HTTP word (a switch has "true" and "false") to the value in the resource. */
  readonly words?: Readonly<Record<string, string>>;
  /** The HTTP number times this is the number in the resource. */
  readonly multiplyBy?: number;
  /** In HTTP's own words and units. */
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Where an asynchronous call has other bounds. */
  readonly asynchronous?: { readonly default: number; readonly maximum: number };
  /** Given, it also sets these paths. */
  readonly implies?: Readonly<Record<string, string>>;
  /** Where the option `with` is given too, this one also sets that path, in that path's own words. */
  readonly also?: {
    readonly with: string;
    readonly path: string;
    readonly words: Readonly<Record<string, string>>;
  };
  /** HTTP options one of which must be given (a switch: be true) for this one to be allowed. */
  readonly needs?: readonly string[];
  readonly text?: string;
}

/** An object that options stand in. */
export interface CaptureGroup {
  readonly text: string;
  /** Always there, with the defaults of its fields. Otherwise only when the user gives it. */
  readonly always?: true;
  /** May be given only while the field at `path` has one of these words. */
  readonly onlyWith?: { readonly path: string; readonly word: string };
  /** Must be given when `onlyWith` holds. */
  readonly required?: true;
  /** One of the fields of which exactly one must be given. */
  readonly source?: true;
  readonly audience?: "control";
}
