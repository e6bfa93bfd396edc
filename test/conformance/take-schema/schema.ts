import {
  flag,
  foldedWords,
  integer,
  list,
  number,
  ofMember,
  text,
  words,
  type SchemaRow,
} from "./rows.ts";

/*
 * The options of the original API's `/take`: types, bounds, companions, good and bad values, written from its documentation and its
 * published rules. Only `onlyPasses` speaks of Stills. Where Stills takes more than the original (any IANA time zone, any edge it can
 * capture), the rows name what both take and both refuse.
 */

const events = ["load", "domcontentloaded", "networkidle0", "networkidle2"];
const badEvents = ofMember("Load", "[0]");
const pictures = ["png", "jpeg", "jpg", "webp", "tiff", "avif"];
const https = "must be a valid URI";
const notHTTP = ["ftp://example.com", "javascript:alert(1)", "https://https://example.com"];
const badAddresses: SchemaRow["bad"] = [
  ...notHTTP.map((value) => [value, https] as const),
  ["example.com", https],
  ["https://", https],
  ["https://a b", https],
];
const spaced = "must be specified without leading and trailing white spaces";

const essentials: SchemaRow[] = [
  text(
    "url",
    [
      "https://example.com",
      "http://example.com:8080/a?b=c#d",
      "HTTPS://EXAMPLE.COM/",
      "https://1.1.1.1:80",
      "https://example.com/a b",
      "https://user:password@example.com/",
      "https://example.com/https://example.org",
    ],
    { bad: [...badAddresses, [" https://example.com", spaced], ["https://example.com ", spaced]] },
  ),
  text("html", ["<h1>Hi</h1>", "5"], { takenWith: [{ markdown: "# Hi" }] }),
  text("markdown", ["# Hi"], { takenWith: [{ html: "<h1>Hi</h1>" }] }),
  foldedWords("format", [...pictures, "gif", "pdf", "html", "markdown"], {
    // The original has them; Stills lacks an encoder.
    bad: ["jp2", "heif"].map((format) => [format, `${format} is not available: `] as const),
  }),
  flag("include_shadow_dom", { takenWith: [{ format: "html" }, { metadata_content: true }] }),
];

const calls: SchemaRow[] = [
  foldedWords("response_type", ["by_format", "empty", "json"]),
  text("attachment_name", ["report", "my report (1)", "Übersicht", "a/b"]),
  text("external_identifier", ["order7", "A".repeat(64)], {
    bad: [
      ["a-b", "must"],
      ["a b", "must"],
      ["A".repeat(65), "length must be less than or equal to 64 characters"],
    ],
  }),
  flag("request_gpu_rendering", { onlyPasses: [false, "false", "FALSE"] }),
  flag("fail_if_gpu_rendering_fails"),
  words("servers_region", ["us-east"]),
];

const element: SchemaRow[] = [
  text("selector", ["#a", "main > .b"], {
    refusedWith: [{ format: "pdf" }],
    takenWith: [
      ...[{ full_page: true }, { clip_x: 1 }, { full_page: true, full_page_scroll: false }],
      ...[{ format: "html" }, { format: "markdown" }, { format: "gif" }],
    ],
  }),
  words("selector_algorithm", ["default", "clip"], {
    with: { selector: "#a" },
    refusedWith: [{}],
  }),
  flag("selector_scroll_into_view", { with: { selector: "#a" }, refusedWith: [{}] }),
  flag("error_on_selector_not_found", { takenWith: [{}, { selector: "#a" }] }),
  flag("capture_beyond_viewport", {
    takenWith: [{}, { full_page: true }, { selector: "#a" }, { format: "pdf" }],
  }),
  text("scroll_into_view", ["#a"], { takenWith: [{ full_page: true }, { format: "pdf" }] }),
  integer("scroll_into_view_adjust_top", {
    among: [-10, 0, 10],
    takenWith: [{}, { scroll_into_view: "#a" }],
  }),
];

const fullPage = { full_page: true };
const withScroll = { with: fullPage, refusedWith: [{}, { full_page: false }] };
const onlyScrolling = {
  with: fullPage,
  refusedWith: [{}, { full_page: false }, { full_page: true, full_page_scroll: false }],
  takenWith: [{ full_page: "true", full_page_scroll: "true" }],
};
const clip = {
  takenWith: [{ selector: "#a" }, { format: "pdf" }, { full_page: false }],
  refusedWith: [fullPage],
};

const extent: SchemaRow[] = [
  flag("full_page", { takenWith: [{ format: "pdf" }, { selector: "#a" }] }),
  flag("full_page_scroll", withScroll),
  integer("full_page_scroll_delay", { ...onlyScrolling, least: 100, among: [500] }),
  integer("full_page_scroll_by", { ...onlyScrolling, least: 1, among: [500] }),
  integer("full_page_max_height", { ...withScroll, least: 1, among: [5000] }),
  words("full_page_algorithm", ["default", "by_sections"], withScroll),
  flag("full_page_slices", {
    with: fullPage,
    refusedWith: [{}, { full_page: false }, { ...fullPage, store: true, storage_path: "a" }],
    takenWith: [
      { ...fullPage, full_page_slice_height: 4000, full_page_slice_overlap_height: 3900 },
      { ...fullPage, response_type: "json" },
    ],
  }),
  integer("full_page_slice_height", { least: 1, most: 16_000, among: [4000] }),
  integer("full_page_slice_overlap_height", { least: 0, among: [200] }),
  integer("clip_x", { among: [0, 10], ...clip }),
  integer("clip_y", { among: [0, 10], ...clip }),
  integer("clip_width", { among: [100], ...clip }),
  integer("clip_height", { among: [100], ...clip }),
];

const viewport: SchemaRow[] = [
  words("viewport_device", ["iphone_13", "ipad_gen_6_landscape", "pixel_5"]),
  integer("viewport_width", { among: [800, 1280] }),
  integer("viewport_height", { among: [600, 1024] }),
  number("device_scale_factor", { least: 1, most: 5, among: [1.5, 2] }),
  flag("viewport_mobile"),
  flag("viewport_has_touch"),
  flag("viewport_landscape"),
];

const image: SchemaRow[] = [
  integer("image_quality", {
    ...{ least: 0, most: 100, among: [80] },
    takenWith: pictures.map((format) => ({ format })),
    refusedWith: ["gif", "pdf", "html", "markdown"].map((format) => ({ format })),
  }),
  integer("image_width", { among: [200], takenWith: [{ format: "pdf" }, { image_height: 100 }] }),
  integer("image_height", { among: [200], takenWith: [{ format: "pdf" }] }),
  flag("omit_background", {
    with: { format: "png" },
    takenWith: [{ format: "webp" }],
    refusedWith: [{}, ...["jpg", "gif", "tiff", "pdf", "html"].map((format) => ({ format }))],
  }),
];

const anyFormat = { takenWith: [{ format: "pdf" }, { format: "png" }] };
const margins = ["20px", "10mm", "1in", "0"];

const pdf: SchemaRow[] = [
  ...["print_background", "fit_one_page", "landscape"].map((name) =>
    flag(`pdf_${name}`, anyFormat),
  ),
  words(
    "pdf_paper_format",
    ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "legal", "letter", "tabloid"],
    anyFormat,
  ),
  ...["", "_top", "_right", "_bottom", "_left"].map((side) =>
    text(`pdf_margin${side}`, margins, anyFormat),
  ),
];

const customisation: SchemaRow[] = [
  flag("dark_mode"),
  flag("reduced_motion"),
  foldedWords("media_type", ["screen", "print"]),
  text("scripts", ["document.title = 'x'"]),
  list("scripts_wait_until", events, { bad: badEvents, takenWith: [{}, { scripts: "a()" }] }),
  text("styles", ["body { color: red }"]),
  list("hide_selectors", [".a", "#b"]),
  text("click", ["#a"]),
  flag("error_on_click_selector_not_found", { takenWith: [{}, { click: "#a" }] }),
  text("hover", ["#a"]),
  flag("error_on_hover_selector_not_found", { takenWith: [{}, { hover: "#a" }] }),
];

const badTexts: SchemaRow["bad"] = [
  ...ofMember(5, "[0] must be a string"),
  ...ofMember(null, "[0] must be a string"),
  ...ofMember("", "[0] is not allowed to be empty"),
];

const resources = [
  ...["document", "stylesheet", "image", "media", "font", "script", "texttrack", "xhr"],
  ...["fetch", "eventsource", "websocket", "manifest", "other"],
];

const blocking: SchemaRow[] = [
  ...[
    ...["cookie_banners", "banners_by_heuristics", "chats", "ads", "trackers", "socials"],
    ...["annoyances"],
  ].map((kind) => flag(`block_${kind}`)),
  list("block_requests", ["https://example.com/ads/*", "example.org"], { bad: badTexts }),
  list("block_resources", resources, { bad: ofMember("pictures", "[0] must be one of") }),
];

const place: SchemaRow[] = [
  number("geolocation_latitude", {
    ...{ least: -90, most: 90, among: [52.52, 13] },
    takenWith: [{}, { geolocation_longitude: 13.4 }],
  }),
  number("geolocation_longitude", {
    ...{ least: -180, most: 180, among: [13.405, 0] },
    takenWith: [{}, { geolocation_latitude: 52.5 }],
  }),
  integer("geolocation_accuracy", { least: 1, among: [50], takenWith: [{}] }),
  text(
    "time_zone",
    ["America/New_York", "America/Port-au-Prince", "Europe/Kiev", "Asia/Shanghai"],
    {
      bad: [
        ["Mars/Phobos", "must be"],
        ["europe/berlin", "must be"],
      ],
    },
  ),
];

const network: SchemaRow[] = [
  words("ip_country_code", ["us", "gb", "de"], { onlyPasses: [] }),
  text("proxy", ["http://example.com", "http://user:pass@example.com:8080", "http://münchen.de"], {
    bad: [
      ["https://example.com", "must be"],
      ["socks5://example.com", "must be"],
      ["not-a-url", "must be"],
      [" http://example.com", "must be"],
      ["http://proxy server.com", "must be"],
    ],
  }),
  list("proxy_bypass_hosts", ["*.example.com", "example.org"], {
    takenWith: [{}, { proxy: "http://example.com" }],
  }),
  text("user_agent", ["Mozilla/5.0 (mine)", "5"]),
  text("authorization", ["Bearer abc"]),
  list("cookies", ["a=b; Path=/", "c=d; Secure"]),
  list("headers", ["X-A: b", "Accept-Language:de"]),
  flag("bypass_csp"),
];

const time: SchemaRow[] = [
  list("wait_until", events, { bad: badEvents }),
  integer("delay", {
    ...{ least: 0, most: 30, among: [5] },
    takenWith: [{ timeout: 1 }],
  }),
  integer("delay", {
    with: { async: true },
    ...{ least: 0, most: 300, among: [31] },
    takenWith: [{ async: true, timeout: 301 }],
  }),
  integer("delay", { with: { async: true, timeout: 300 }, most: 30, among: [0] }),
  integer("timeout", { least: 0, most: 90, among: [60], takenWith: [{ delay: 30 }] }),
  integer("timeout", { with: { async: true }, least: 0, most: 600, among: [91] }),
  integer("navigation_timeout", { least: 0, most: 30, among: [10], takenWith: [{ timeout: 5 }] }),
  text("wait_for_selector", ["#a, .b"]),
  words("wait_for_selector_algorithm", ["at_least_one", "at_least_by_count"], { takenWith: [{}] }),
];

const caching: SchemaRow[] = [
  flag("cache"),
  integer("cache_ttl", {
    ...{ with: { cache: true }, least: 14_400, most: 2_592_000, among: [86_400] },
    refusedWith: [{}, { cache: false }],
  }),
  text("cache_key", ["a", "A".repeat(250)], {
    ...{ with: { cache: true }, bad: [["a-b", "must only contain alpha-numeric characters"]] },
    refusedWith: [{}, { cache: false }],
  }),
];

const hook = "https://hooks.example.com/a";

const delivery: SchemaRow[] = [
  flag("async"),
  text("webhook_url", [hook, "http://hooks.example.com/?a=b"], {
    bad: badAddresses,
    takenWith: [{ response_type: "json" }, { async: true }],
    refusedWith: [{ response_type: "empty" }],
  }),
  flag("webhook_sign", { takenWith: [{}, { webhook_url: hook }] }),
  flag("webhook_errors", { takenWith: [{}, { webhook_url: hook }] }),
  flag("store", { with: { storage_path: "a" }, good: [true, "true", "TRUE"] }),
  text("storage_path", ["a", "shots/2026/today"], {
    with: { store: true },
    refusedWith: [{}, { store: false }],
  }),
  text("storage_endpoint", ["https://s3.eu-west-1.amazonaws.com", "http://store.example:9000"], {
    ...{ bad: [["s3.example.com", https]], takenWith: [{}, { store: false }] },
  }),
  ...["bucket", "access_key_id", "secret_access_key"].map((name) =>
    text(`storage_${name}`, ["mine"], { takenWith: [{}, { store: false }] }),
  ),
  text("storage_bucket", ["mine"], { with: { store: true, storage_path: "a" } }),
  words("storage_class", ["standard", "reduced_redundancy", "glacier_ir"], { takenWith: [{}] }),
  words("storage_class", ["standard", "glacier"], {
    with: { store: true, storage_path: "a" },
  }),
  words("storage_acl", ["", "public-read"], {
    with: { store: true, storage_path: "a" },
  }),
  flag("storage_return_location", { takenWith: [{}, { store: true, storage_path: "a" }] }),
];

const facts: SchemaRow[] = [
  ...["fonts", "icon", "open_graph", "page_title", "content"].map((name) =>
    flag(`metadata_${name}`),
  ),
  words("metadata_content_format", ["html", "markdown"], {
    with: { metadata_content: true },
    refusedWith: [{}, { metadata_content: false }],
  }),
  flag("metadata_http_response_status_code"),
  flag("metadata_http_response_headers"),
  flag("ignore_host_errors"),
  list("fail_if_content_contains", ["Error", "Not found"], { bad: badTexts }),
  list("fail_if_content_missing", ["Welcome"], { bad: badTexts }),
  list("fail_if_request_failed", ["https://example.com/api/*"], { bad: badTexts }),
];

const pictureFacts: SchemaRow[] = [
  flag("metadata_image_size"),
  text("openai_api_key", ["key"]),
  text("vision_prompt", ["what is this?"], { onlyPasses: [] }),
  integer("vision_max_tokens", { among: [100] }),
];

/** What `/take` and `/animate` have in common, whatever the format. */
export const commonRows: readonly SchemaRow[] = [
  ...viewport,
  ...customisation,
  ...blocking,
  ...place,
  ...network,
  ...time,
  ...caching,
  ...delivery,
  ...calls,
  ...facts,
];

/** Every option of sections 2.1 to 2.15 but the access key and the signature, which are checked before. */
export const schemaRows: readonly SchemaRow[] = [
  ...essentials,
  ...element,
  ...extent,
  ...image,
  ...pdf,
  ...pictureFacts,
  ...commonRows,
];
