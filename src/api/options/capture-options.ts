import { animationOptions } from "./catalogue/animation.ts";
import { actionOptions } from "./catalogue/actions.ts";
import type { CaptureOption } from "./capture-option.ts";
import { checkOptions } from "./catalogue/checks.ts";
import { contentOptions } from "./catalogue/content.ts";
import { emulationOptions } from "./catalogue/emulation.ts";
import { captureGroups } from "./groups.ts";
import { metadataOptions } from "./catalogue/metadata.ts";
import { networkOptions } from "./catalogue/network.ts";
import { pageOptions } from "./catalogue/page.ts";
import { pdfOptions } from "./catalogue/pdf.ts";
import { pictureOptions } from "./catalogue/picture.ts";
import { sliceOptions } from "./catalogue/slices.ts";
import { storageOptions } from "./catalogue/storage.ts";
import { timingOptions } from "./catalogue/timing.ts";

/**
 * The catalogue of capture options, in reading order. To add an option: an entry in the file of its kind in `catalogue/`,
 * `npm run generate`, a capture step in the worker, and a test. What concerns the call and not the picture is in
 * `request-options.ts`, what has to travel sealed in `secret-options.ts`.
 */
export const captureOptions: readonly CaptureOption[] = [
  ...contentOptions,
  ...pictureOptions,
  ...sliceOptions,
  ...animationOptions,
  ...pdfOptions,
  ...pageOptions,
  ...emulationOptions,
  ...networkOptions,
  ...actionOptions,
  ...timingOptions,
  ...checkOptions,
  ...metadataOptions,
  ...storageOptions,
];

/** The option at a path below `spec`; undefined if there is none. */
export function optionAt(path: string): CaptureOption | undefined {
  return captureOptions.find((option) => option.path === path);
}

/** The first part of a path: the field of `spec`. */
export function fieldOf(path: string): string {
  return path.split(".", 1)[0] ?? path;
}

/** The last part of a path: the name of the field. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** The default in the resource; undefined if there is none. */
export function defaultOf({
  value,
}: CaptureOption): string | number | boolean | readonly string[] | undefined {
  return "default" in value ? value.default : undefined;
}

/** The group of an option, if that group is not always present. */
export function optionalGroupOf({ path }: CaptureOption): string | undefined {
  const group = fieldOf(path);
  return group === path || captureGroups[group]?.always ? undefined : group;
}
