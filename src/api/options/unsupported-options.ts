import type { NamedOption } from "./http-option.ts";
import type { OptionValue } from "./option-value.ts";

/**
 * An option of the original API that Stills does not have. It is checked like any other and refused by name, so that no caller
 * believes it had an effect. Its default passes, as SDKs send it.
 */
export interface UnsupportedOption extends NamedOption {
  /** Continues "is not supported: ". */
  readonly why: string;
  /** It only matters if this switch is on, or this option given; without, it passes. */
  readonly detailOf?: string;
}

const noImageServers = "pictures are taken where Stills is installed";
const noVision = "Stills sends nothing to language models";
const noGPU = "pages are rendered without a GPU";

/** Each by name. To support one, move it to the catalogue of its kind. */
export const unsupportedOptions: ReadonlyMap<string, UnsupportedOption> = new Map(
  [
    flag("request_gpu_rendering", noGPU),
    { ...flag("fail_if_gpu_rendering_fails", noGPU), detailOf: "request_gpu_rendering" },
    words("servers_region", ["us-east"], noImageServers),
    words(
      "ip_country_code",
      "us gb de it fr cn ca es jp kr in au br mx nz pe is ie".split(" "),
      `${noImageServers}; give a \`proxy\` of the country`,
      { default: undefined },
    ),
    ofTake(text("vision_prompt", noVision)),
    ofTake({ ...text("openai_api_key", noVision), detailOf: "vision_prompt" }),
    ofTake({
      ...number(
        "vision_max_tokens",
        { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
        noVision,
      ),
      detailOf: "vision_prompt",
    }),
  ].map((option) => [option.http.name, option]),
);

/** `/animate` of the original does not have it either. */
function ofTake(option: UnsupportedOption): UnsupportedOption {
  return { ...option, http: { ...option.http, endpoint: "take" } };
}

function flag(name: string, why: string): UnsupportedOption {
  return { why, value: { type: "boolean" }, http: { name, type: "boolean", default: false } };
}

function number(
  name: string,
  bounds: { minimum: number; maximum: number },
  why: string,
): UnsupportedOption {
  return { why, value: { type: "integer", ...bounds }, http: { name, type: "integer" } };
}

function text(name: string, why: string): UnsupportedOption {
  const value: OptionValue = { type: "string", minLength: 1, maxLength: 4096 };
  return { why, value, http: { name, type: "string" } };
}

/** The first word is the default unless `details` say otherwise. */
function words(
  name: string,
  names: readonly string[],
  why: string,
  details: { needs?: readonly string[]; default?: undefined } = {},
): UnsupportedOption {
  const [first = ""] = names;
  const preset = "default" in details ? {} : { default: first };
  return {
    why,
    value: { type: "word", words: names },
    http: {
      ...{ name, type: "string", words: Object.fromEntries(names.map((word) => [word, word])) },
      ...preset,
      needs: details.needs ?? [],
    },
  };
}
