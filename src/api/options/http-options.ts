import type { CaptureOption } from "./capture-option.ts";
import { captureOptions, defaultOf } from "./capture-options.ts";
import type { HTTPOption, NamedOption } from "./http-option.ts";
import { metadataSwitches } from "./catalogue/metadata.ts";
import { requestOptions } from "./request-options.ts";
import { secretOptions } from "./secret-options.ts";

/** A capture option that `/take` has a name for. */
export type HTTPCaptureOption = CaptureOption & { readonly http: HTTPOption };

export const httpCaptureOptions: readonly HTTPCaptureOption[] = captureOptions.filter(
  (option): option is HTTPCaptureOption => option.http !== undefined,
);

/** Options that no capture option describes. */
const httpRequestOptions: readonly NamedOption[] = [
  ...Object.values(requestOptions),
  ...Object.values(secretOptions),
  ...metadataSwitches.map(({ option }) => option),
];

/** Every option of `/take`, with the text that continues its name. */
export const httpOptions: readonly (NamedOption & { readonly text: string })[] = [
  ...httpRequestOptions.map((option) => ({ ...option, text: option.http.text ?? "" })),
  ...httpCaptureOptions.map((option) => ({ ...option, text: option.http.text ?? option.text })),
];

/** The capture option that `/take` knows by this name; undefined if there is none. */
export function optionByHTTPName(name: string): HTTPCaptureOption | undefined {
  return httpCaptureOptions.find((option) => option.http.name === name);
}

/** The option of `/take` for the field at this path below `spec`; undefined if there is none. */
export function httpOptionAt(path: string): HTTPCaptureOption | undefined {
  return httpCaptureOptions.find((option) => option.path === path);
}

/** Bounds of a number over HTTP, in HTTP's own unit. */
export function httpBoundsOf(
  { value, http }: NamedOption,
  asynchronous: boolean,
): { minimum: number; maximum: number } {
  const factor = http.multiplyBy ?? 1;
  const inResource =
    value.type === "integer" ? value : { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  const own = asynchronous ? http.asynchronous?.maximum : undefined;
  return {
    minimum: http.minimum ?? (http.zeroIsDefault ? 0 : inResource.minimum / factor),
    maximum: own ?? http.maximum ?? inResource.maximum / factor,
  };
}

/** The default over HTTP, in HTTP's own words and unit; undefined if there is none. */
export function httpDefaultOf(option: CaptureOption): string | undefined {
  if (option.http === undefined) return undefined;
  if (option.http.default !== undefined) return String(option.http.default);
  const value = defaultOf(option);
  if (value === undefined) return undefined;
  if (typeof value === "number") return String(value / (option.http.multiplyBy ?? 1));
  const words = Object.entries(option.http.words ?? {});
  const inHTTP = (word: string) => words.find(([, theirs]) => theirs === word)?.[0] ?? word;
  return (typeof value === "object" ? value : [String(value)]).map(inHTTP).join(", ");
}
