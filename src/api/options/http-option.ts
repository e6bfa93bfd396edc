import type { OptionValue } from "./option-value.ts";

/** What takes options: still pictures and texts are made by `/take`, animations by `/animate`. */
export type Endpoint = "take" | "animate";

/** How `/take` and `/animate` spell an option, as far as that differs from the resource. */
export interface HTTPOption {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "list";
  /** HTTP word (a switch has "true" and "false") to the value in the resource. */
  readonly words?: Readonly<Record<string, string>>;
  /** Words are compared trimmed and in lower case. */
  readonly folded?: true;
  /** What a text must be, beyond the rules of its value. */
  readonly syntax?: "url" | "pageURL" | "timeZone";
  /** Words of the original API that are refused, and why. */
  readonly unavailable?: Readonly<Record<string, string>>;
  /** The HTTP number times this is the number in the resource. */
  readonly multiplyBy?: number;
  /** In HTTP's own words and units. */
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The number 0 means the same as no number. */
  readonly zeroIsDefault?: true;
  /** A smaller maximum while a number of another option is not above a limit. */
  readonly maximumUnless?: {
    readonly maximum: number;
    readonly path: string;
    readonly above: number;
  };
  /** Of a text that may be longer than in the resource, in characters: the job then refers to it by its digest. */
  readonly maxLength?: number;
  /** Default and maximum of an asynchronous call, if they differ. */
  readonly asynchronous?: { readonly default: number; readonly maximum: number };
  /** Words that the option, if given, also sets, by path. */
  readonly implies?: Readonly<Record<string, string>>;
  /** If the option `with` is given as well, this option also sets that path. */
  readonly also?: {
    readonly with: string;
    readonly path: string;
    readonly words: Readonly<Record<string, string>>;
  };
  /** One of these options must be given (a switch: be true) if this one is, whatever its value. */
  readonly needs?: readonly string[];
  /** Switched off, it needs nothing. */
  readonly needsOnlyWhenOn?: true;
  /** These options must be given if this switch is true. */
  readonly requires?: readonly string[];
  /** Where the option's `onlyWith` does not hold, it has no effect, instead of being refused. */
  readonly ignoredElsewhere?: true;
  /** Follows from other options if another one of its group is given without it. */
  readonly derived?: true;
  /** Option and word that this option may not be combined with. */
  readonly excludes?: Readonly<Record<string, string>>;
  /** Options that may not be given beside it. */
  readonly notWith?: readonly string[];
  /** Goes with these words of another option only, whose default counts if it is not given. Switched off, it goes with any. */
  readonly onlyWithWords?: {
    readonly name: string;
    readonly words: readonly string[];
    readonly default: string;
  };
  /** The only one that has it; both unless given. */
  readonly endpoint?: Endpoint;
  /** What `/animate` does otherwise. */
  readonly onAnimate?: Partial<Omit<HTTPOption, "name" | "type" | "endpoint">>;
  readonly text?: string;
}

/** An option of `/take`: of the picture (then `path` says which field it sets) or of the call alone. */
export interface NamedOption {
  readonly value: OptionValue;
  readonly http: HTTPOption;
}
