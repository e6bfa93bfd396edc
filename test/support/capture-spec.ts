import { captureDefaults, type CaptureSpec } from "../../src/api/options/capture-spec.generated.ts";
import { captureGroups } from "../../src/api/options/groups.ts";

/** The defaults that the API server fills into every spec: those of optional groups come only with the group. */
export const defaultsOfEverySpec: Record<string, unknown> = Object.fromEntries(
  Object.entries(captureDefaults).filter(
    ([field]) => captureGroups[field] === undefined || captureGroups[field].always === true,
  ),
);

type RequiredField = {
  [Field in keyof CaptureSpec]-?: undefined extends CaptureSpec[Field] ? never : Field;
}[keyof CaptureSpec];

/** A spec as the API server stores it: with the defaults. */
export function aCaptureSpec(changes: Partial<CaptureSpec> = {}): CaptureSpec {
  // The generated types and the generated defaults come from the same catalogue.
  return { ...(defaultsOfEverySpec as Pick<CaptureSpec, RequiredField>), ...changes };
}
