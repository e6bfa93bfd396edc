import type { CaptureOption } from "./capture-option.ts";
import { captureOptions, defaultOf } from "./capture-options.ts";
import type { Endpoint, HTTPOption, NamedOption } from "./http-option.ts";
import { metadataSwitches } from "./catalogue/metadata.ts";
import { requestOptions } from "./request-options.ts";
import { secretOptions } from "./secret-options.ts";
import { unsupportedOptions, type UnsupportedOption } from "./unsupported-options.ts";

/** A capture option that `/take` has a name for. */
export type HTTPCaptureOption = CaptureOption & { readonly http: HTTPOption };

/** The options of `/take` or of `/animate`. */
export interface EndpointOptions {
  /** Those of the picture, each with a field of the resource. */
  readonly capture: readonly HTTPCaptureOption[];
  /** All of them, with the text that continues the name. */
  readonly all: readonly (NamedOption & { readonly text: string })[];
  /** Those of the original API that Stills does not have, by name. */
  readonly unsupported: ReadonlyMap<string, UnsupportedOption>;
}

/** Options that no capture option describes. */
const httpRequestOptions: readonly NamedOption[] = [
  ...Object.values(requestOptions),
  ...Object.values(secretOptions),
  ...metadataSwitches.map(({ option }) => option),
];

const everyCaptureOption = captureOptions.filter(
  (option): option is HTTPCaptureOption => option.http !== undefined,
);

function optionsOf(endpoint: Endpoint): EndpointOptions {
  const ofEndpoint = <Option extends NamedOption>(options: readonly Option[]): Option[] =>
    options
      .filter(({ http }) => (http.endpoint ?? endpoint) === endpoint)
      .map((option) => ({ ...option, http: httpOn(endpoint, option.http) }));
  const capture = ofEndpoint(everyCaptureOption);
  const all = [
    ...ofEndpoint(httpRequestOptions).map((one) => ({ ...one, text: one.http.text ?? "" })),
    ...capture.map((option) => ({ ...option, text: option.http.text ?? option.text })),
  ];
  const unsupported = ofEndpoint([...unsupportedOptions.values()]);
  return { capture, all, unsupported: new Map(unsupported.map((one) => [one.http.name, one])) };
}

function httpOn(endpoint: Endpoint, { onAnimate, ...http }: HTTPOption): HTTPOption {
  return endpoint === "animate" ? { ...http, ...onAnimate } : http;
}

/** What each takes. */
export const endpointOptions: Readonly<Record<Endpoint, EndpointOptions>> = {
  take: optionsOf("take"),
  animate: optionsOf("animate"),
};

/** The capture options of `/take`. */
export const httpCaptureOptions = endpointOptions.take.capture;

/** Every option of `/take`, with the text that continues its name. */
export const httpOptions = endpointOptions.take.all;

/** The capture option that `/take` knows by this name; undefined if there is none. */
export function optionByHTTPName(name: string): HTTPCaptureOption | undefined {
  return httpCaptureOptions.find((option) => option.http.name === name);
}

/** The option for the field at this path below `spec`; undefined if there is none. */
export function httpOptionAt(
  path: string,
  { capture }: EndpointOptions = endpointOptions.take,
): HTTPCaptureOption | undefined {
  return capture.find((option) => option.path === path);
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
