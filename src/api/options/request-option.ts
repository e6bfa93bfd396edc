import type { OptionValue, TextValue } from "./option-value.ts";
import type { HTTPOption, NamedOption } from "./http-option.ts";

/** An option of `/take` that no capture option describes: of the call itself. */
export interface RequestOption extends NamedOption {
  readonly http: HTTPOption & { readonly text: string };
}

type Details = Omit<RequestOption["http"], "name" | "type">;

/** A switch, off unless `details` say otherwise. */
export function switchOption(name: string, details: Details): RequestOption {
  return {
    value: { type: "boolean" },
    http: { name, type: "boolean", default: false, ...details },
  };
}

export function textOption(
  name: string,
  value: Omit<TextValue, "type">,
  details: Details,
): RequestOption {
  return {
    value: { type: "string", minLength: 1, ...value },
    http: { name, type: "string", ...details },
  };
}

export function integerOption(
  name: string,
  bounds: { minimum: number; maximum: number },
  details: Details,
): RequestOption {
  return { value: { type: "integer", ...bounds }, http: { name, type: "integer", ...details } };
}

export function listOption(
  name: string,
  { maxItems, items }: { maxItems: number; items: Omit<TextValue, "type"> },
  details: Details,
): RequestOption {
  const value: OptionValue = {
    type: "list",
    items: { type: "string", minLength: 1, ...items },
    minItems: 1,
    maxItems,
  };
  return { value, http: { name, type: "list", ...details } };
}
