import type { HTTPOption, OptionValue, TextValue } from "./capture-option.ts";
import type { MetadataWord } from "./metadata.ts";
import { urlRules, longestURL } from "./texts.ts";

/**
 * Options of `/take` that do not describe the picture but the call: who calls, what is answered, who is told. With the option
 * catalogue these are all names that `/take` knows.
 */
export interface RequestOption {
  readonly value: OptionValue;
  readonly http: HTTPOption & { readonly text: string };
}

const text = (maxLength: number): OptionValue => ({ type: "string", minLength: 1, maxLength });
const onOff: OptionValue = { type: "boolean" };

/** The same in the resource: `spec.webhook.externalIdentifier`. */
export const externalIdentifierValue: TextValue = {
  type: "string",
  minLength: 1,
  maxLength: 64,
  rules: [
    {
      must: "match",
      pattern: "^[A-Za-z0-9]+$",
      message: "must contain only letters of the English alphabet and digits",
    },
  ],
};

function option(
  name: string,
  type: HTTPOption["type"],
  value: OptionValue,
  rest: Omit<RequestOption["http"], "name" | "type">,
): RequestOption {
  return { value, http: { name, type, ...rest } };
}

const responseTypes = { by_format: "by_format", json: "json", empty: "empty" };

export const requestOptions = {
  accessKey: option("access_key", "string", text(256), {
    text: "is the account's access key; the header `X-Access-Key` does as well.",
  }),
  signature: option("signature", "string", text(64), {
    text: "is the HMAC-SHA256 of the query string before it, with the secret key, as hex. GET and HEAD only.",
  }),
  responseType: option("response_type", "string", text(16), {
    words: responseTypes,
    default: "by_format",
    text: "says what is answered: the picture, a JSON object about it, or nothing.",
  }),
  asynchronous: option("async", "boolean", onOff, {
    default: false,
    text: "answers 201 at once; the outcome goes to `webhook_url`, to the bucket, and to the address in `Location`.",
  }),
  webhookURL: option(
    "webhook_url",
    "string",
    { type: "string", minLength: 1, maxLength: longestURL, rules: urlRules },
    { text: "is called with the outcome." },
  ),
  webhookSign: option("webhook_sign", "boolean", onOff, {
    default: true,
    text: "says whether the webhook carries signatures.",
  }),
  webhookErrors: option("webhook_errors", "boolean", onOff, {
    default: false,
    text: "says whether the webhook is also called when the picture fails.",
  }),
  externalIdentifier: option("external_identifier", "string", externalIdentifierValue, {
    text: "comes back in the webhook's header `X-ScreenshotOne-External-Identifier`.",
  }),
  attachmentName: option(
    "attachment_name",
    "string",
    {
      type: "string",
      minLength: 1,
      maxLength: 128,
      rules: [
        {
          must: "match",
          pattern: "^[A-Za-z0-9][A-Za-z0-9._ -]*$",
          message:
            "must begin with a letter or digit and contain only those, blanks and . _ -; the extension is added",
        },
      ],
    },
    { text: "has the answer saved under this name; the extension is added." },
  ),
  store: option("store", "boolean", onOff, {
    default: false,
    text: "keeps the picture at `storage_path`.",
  }),
  storageReturnLocation: option("storage_return_location", "boolean", onOff, {
    default: false,
    needs: ["store"],
    text: "says whether the stored picture's URL is returned.",
  }),
  imageSize: option("metadata_image_size", "boolean", onOff, {
    default: false,
    text: "returns the picture's width and height.",
  }),
  content: option("metadata_content", "boolean", onOff, {
    default: false,
    text: "keeps the page's content and returns a link to it that works for four hours.",
  }),
} as const satisfies Record<string, RequestOption>;

const visibleASCII = {
  must: "match",
  pattern: "^[!-~]([ -~]*[!-~])?$",
  message: "must consist of visible ASCII characters and neither begin nor end with a blank",
} as const;

const texts = (
  maxItems: number,
  maxLength: number,
  rules: TextValue["rules"] = [],
): OptionValue => ({
  type: "list",
  items: { type: "string", minLength: 1, maxLength, rules },
  minItems: 1,
  maxItems,
});

/** What nobody but the page and its proxy may learn: it travels sealed, in `spec.sealed`. */
export const secretOptions = {
  cookies: option("cookies", "list", texts(100, 4096), {
    text: "are cookies the page gets, each like a Set-Cookie header: `name=value; Domain=example.com; Path=/; Secure`. Without a Domain it is for the host of `url` alone.",
  }),
  headers: option("headers", "list", texts(64, 8192), {
    text: "are headers, each as `Name: value`, for requests to the scheme, host and port of `url` (from http also to https of the same host). `Accept-Language` also sets the browser's locale, and `User-Agent` is that of the whole page.",
  }),
  authorization: option(
    "authorization",
    "string",
    { type: "string", minLength: 1, maxLength: 8192, rules: [visibleASCII] },
    { text: "is the value of the header `Authorization`, sent where `headers` are sent." },
  ),
  proxy: option("proxy", "string", text(2048), {
    text: "is the proxy that the page is reached through, `http://user:password@host:port`; it must have a public address.",
  }),
  proxyBypassHosts: option(
    "proxy_bypass_hosts",
    "list",
    texts(64, 255, [
      {
        must: "match",
        pattern: "^[A-Za-z0-9.*:_\\[\\]-]+$",
        message: "must be a host name such as 'example.com', or a pattern such as '*.example.com'",
      },
    ]),
    { needs: ["proxy"], text: "are hosts that are reached without `proxy`." },
  ),
} as const satisfies Record<string, RequestOption>;

/** Facts of the page to return; each adds a word to `spec.metadata`. */
export const metadataOptions: readonly {
  readonly word: MetadataWord;
  readonly option: RequestOption;
}[] = [
  metadataOption("PageTitle", "page_title", "returns the page's title."),
  metadataOption("OpenGraph", "open_graph", "returns what the page says of itself to Open Graph."),
  metadataOption("Icon", "icon", "returns the address and type of the page's icon."),
  metadataOption("Fonts", "fonts", "returns which fonts the page asks for, and for what."),
  metadataOption(
    "ResponseStatusCode",
    "http_response_status_code",
    "returns the status that the page's host answered with.",
    ["url"],
  ),
  metadataOption(
    "ResponseHeaders",
    "http_response_headers",
    "returns the headers that the page's host answered with.",
    ["url"],
  ),
];

function metadataOption(
  word: MetadataWord,
  name: string,
  text: string,
  needs?: readonly string[],
): { word: MetadataWord; option: RequestOption } {
  return {
    word,
    option: option(`metadata_${name}`, "boolean", onOff, {
      default: false,
      ...(needs === undefined ? {} : { needs }),
      text,
    }),
  };
}

/**
 * Names of the original API that Stills does not have yet. They are refused by name, so that nobody believes they had an effect;
 * a switch that is explicitly off asks for nothing and passes.
 */
export const unsupportedOptions: ReadonlySet<string> = new Set(
  `include_shadow_dom request_gpu_rendering fail_if_gpu_rendering_fails servers_region selector_algorithm
   capture_beyond_viewport full_page_algorithm full_page_slices full_page_slice_height
   full_page_slice_overlap_height block_cookie_banners block_banners_by_heuristics block_chats block_ads
   block_trackers block_socials block_annoyances ip_country_code cache cache_ttl cache_key storage_bucket storage_endpoint storage_access_key_id
   storage_secret_access_key storage_class storage_acl openai_api_key
   vision_prompt vision_max_tokens`.split(/\s+/),
);
