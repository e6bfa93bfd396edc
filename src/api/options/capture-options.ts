import { actionOptions } from "./actions.ts";
import type { CaptureOption } from "./capture-option.ts";
import { checkOptions } from "./checks.ts";
import { contentOptions } from "./content.ts";
import { emulationOptions } from "./emulation.ts";
import { metadataOptions } from "./metadata.ts";
import { networkOptions } from "./network.ts";
import { pageOptions } from "./page.ts";
import { pdfOptions } from "./pdf.ts";
import { pictureOptions } from "./picture.ts";
import { storageOptions } from "./storage.ts";
import { timingOptions } from "./timing.ts";

export { captureGroups } from "./groups.ts";

/**
 * The one catalogue of capture options, in the order in which people read them. To add an option: one entry in the file
 * of its kind under options/, `npm run generate`, and one capture step in the worker.
 */
export const captureOptions: readonly CaptureOption[] = [
  ...contentOptions,
  ...pictureOptions,
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

/** The option at a path below `spec`, if there is one. */
export function optionAt(path: string): CaptureOption | undefined {
  return captureOptions.find((option) => option.path === path);
}

/** The option that `/take` knows by this name, if there is one. */
export function optionByHTTPName(name: string): CaptureOption | undefined {
  return captureOptions.find((option) => option.http?.name === name);
}

/** The first part of a path: the field of `spec` it belongs to. */
export function fieldOf(path: string): string {
  return path.split(".", 1)[0] ?? path;
}

/** The last part of a path: the name of the field itself. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** What an option is over HTTP when nobody gives it, in HTTP's own words; undefined when nothing is. */
export function httpDefaultOf(option: CaptureOption): string | undefined {
  if (option.http === undefined) return undefined;
  if (option.http.default !== undefined) return String(option.http.default);
  const value = "default" in option.value ? option.value.default : undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number") return String(value / (option.http.multiplyBy ?? 1));
  const words = Object.entries(option.http.words ?? {});
  const inHTTP = (word: string) => words.find(([, theirs]) => theirs === word)?.[0] ?? word;
  return (Array.isArray(value) ? value : [String(value)]).map(inHTTP).join(", ");
}
