import type { HTTPOption } from "./http-option.ts";
import type { OptionValue } from "./option-value.ts";

/**
 * One entry of the option catalogue. CRDs, TypeScript types, the parser of `/take`, the OpenAPI document and the option table
 * follow from it.
 */
export interface CaptureOption {
  /** The field path below `spec`: `format`, or `viewport.widthPixels`. */
  readonly path: string;
  /** Continues the name: "is the …". Also describes the option over HTTP unless `http.text` does. */
  readonly text: string;
  /** Type, bounds and default in the resource. */
  readonly value: OptionValue;
  /** The option of `/take`. Absent: only the resource has it. */
  readonly http?: HTTPOption;
  /** Its group may not be given without it. */
  readonly required?: true;
  /** Exactly one source must be given. */
  readonly source?: true;
  /** The path of an option that this number may not exceed; both have a default. */
  readonly atMost?: string;
  /** The path of an option of the same group: both are given, or none. */
  readonly together?: string;
  /** Where the switch `when` is on, the number leaves at least this much of another one. All are of one group. */
  readonly leaves?: {
    readonly least: number;
    readonly of: string;
    /** The other number unless it is given. This one is 0 then. */
    readonly otherwise: number;
    readonly when: string;
  };
  /** The option may be given (with a default: differ from it) only if another field has one of these words. */
  readonly onlyWith?: OptionCondition;
  /** `control`: for the controller only; workers do not get it. */
  readonly audience?: "control";
}

export interface OptionCondition {
  /** The path of an option of words that has a default. */
  readonly path: string;
  readonly words: readonly string[];
  /** The condition applies to this word of the option only. */
  readonly when?: string;
}

/** When an object of the resource may be given, and when it must be. */
export interface GroupBounds {
  /** Conditions that hold where the object is given. */
  readonly onlyWith: readonly OptionCondition[];
  /** Objects that may not be given beside it. */
  readonly without: readonly string[];
  readonly requiredWith: OptionCondition;
}

/** An object of the resource that holds options. */
export interface CaptureGroup {
  readonly text: string;
  /** The object is always present, with the defaults of its fields. */
  readonly always?: true;
  /** The object may be given only if another field has one of these words. */
  readonly onlyWith?: OptionCondition;
  /** The object must be given if `onlyWith` holds. */
  readonly required?: true;
  /** Instead of both: several conditions, in one rule, since each costs the API server time on every write. */
  readonly bounds?: GroupBounds;
  /** Exactly one source must be given. */
  readonly source?: true;
  readonly audience?: "control";
}
