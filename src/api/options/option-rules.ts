import type {
  CaptureGroup,
  CaptureOption,
  GroupBounds,
  OptionCondition,
} from "./capture-option.ts";
import { captureOptions, fieldOf } from "./capture-options.ts";
import { captureGroups } from "./groups.ts";
import { pictureAreas, type PictureArea } from "./picture-areas.ts";

/**
 * What the catalogue says about options that depend on each other. The CEL rules of the CRD and the checks of `/take` both
 * follow from this list.
 */
export type OptionRule =
  /** Exactly one of these fields is given. */
  | { readonly type: "ExactlyOne"; readonly fields: readonly string[] }
  /** The group is given only if the condition holds. */
  | { readonly type: "GroupOnlyWith"; readonly group: string; readonly condition: OptionCondition }
  /** The group is given only, and always, where its bounds say so. */
  | { readonly type: "GroupBounds"; readonly group: string; readonly bounds: GroupBounds }
  /** The group is given if the condition holds. */
  | { readonly type: "GroupRequired"; readonly group: string; readonly condition: OptionCondition }
  /** The option is given only if the condition holds. */
  | {
      readonly type: "OptionOnlyWith";
      readonly option: CaptureOption;
      readonly condition: OptionCondition;
    }
  /** The option is given if anything of its group is. */
  | { readonly type: "RequiredInGroup"; readonly option: CaptureOption; readonly group: string }
  /** The number is not larger than that of another option. */
  | { readonly type: "AtMost"; readonly option: CaptureOption; readonly limit: CaptureOption }
  /** The number leaves enough of another one. */
  | { readonly type: "Leaves"; readonly option: CaptureOption; readonly leaves: Remainder }
  /** The area that the numbers make is not larger than `largestAreaPixels`. */
  | ({ readonly type: "AreaAtMost" } & PictureArea);

type Remainder = NonNullable<CaptureOption["leaves"]>;

export const optionRules: readonly OptionRule[] = [
  { type: "ExactlyOne", fields: sources() },
  ...Object.entries(captureGroups).flatMap(([group, details]) => groupRules(group, details)),
  ...captureOptions.flatMap((option): OptionRule[] =>
    option.onlyWith === undefined
      ? []
      : [{ type: "OptionOnlyWith", option, condition: option.onlyWith }],
  ),
  ...captureOptions.flatMap((option): OptionRule[] => {
    const group = fieldOf(option.path);
    return option.required === true ? [{ type: "RequiredInGroup", option, group }] : [];
  }),
  ...captureOptions.flatMap((option): OptionRule[] => {
    const limit = captureOptions.find(({ path }) => path === option.atMost);
    return limit === undefined ? [] : [{ type: "AtMost", option, limit }];
  }),
  ...captureOptions.flatMap((option): OptionRule[] =>
    option.leaves === undefined ? [] : [{ type: "Leaves", option, leaves: option.leaves }],
  ),
  ...pictureAreas.map((area): OptionRule => ({ type: "AreaAtMost", ...area })),
];

function groupRules(group: string, { onlyWith, required, bounds }: CaptureGroup): OptionRule[] {
  if (bounds !== undefined) return [{ type: "GroupBounds", group, bounds }];
  if (onlyWith === undefined) return [];
  const only: OptionRule = { type: "GroupOnlyWith", group, condition: onlyWith };
  return required === true ? [only, { type: "GroupRequired", group, condition: onlyWith }] : [only];
}

function sources(): string[] {
  const fields = captureOptions
    .filter(({ path, source }) => source ?? captureGroups[fieldOf(path)]?.source)
    .map(({ path }) => fieldOf(path));
  return [...new Set(fields)];
}
