import { captureGroups, captureOptions } from "../../api/options/capture-options.ts";
import type { CaptureOption, HTTPOption } from "../../api/options/capture-option.ts";

/** An option that `/take` has a name for. */
export type HTTPNamed = CaptureOption & { http: HTTPOption };

export const namedOptions = captureOptions.filter(
  (option): option is HTTPNamed => option.http !== undefined,
);

/** The object it stands in, unless that is always there. */
export function optionalGroupOf(option: CaptureOption): string | undefined {
  const [group, field] = option.path.split(".");
  if (group === undefined || field === undefined) return undefined;
  return captureGroups[group]?.always ? undefined : group;
}

export function defaultOf(option: CaptureOption): unknown {
  return "default" in option.value ? option.value.default : undefined;
}
