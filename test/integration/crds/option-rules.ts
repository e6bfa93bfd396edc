import type { RefusedSpec } from "./refused-specs.ts";

/** The options of the resource beyond the first ones: what the API server has to say about them. */

const url = "https://example.com/pricing";

/** As the gateway writes it. */
export function aSealedField(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    field: "Cookies",
    keyID: "0123456789abcdef",
    encapsulatedKey: "A".repeat(43),
    ciphertext: "A".repeat(100),
    ...change,
  };
}

/** Specs that are fine, whatever else they ask for. */
export const acceptedOptions: Record<string, Record<string, unknown>> = {
  "a PDF without a word about paper": { url, format: "PDF", background: "Page" },
  "a PDF of the whole page": {
    url,
    format: "PDF",
    extent: "FullPage",
    pdf: { paperFormat: "Letter", margin: "10.5mm", marginTop: "0" },
  },
  "a transparent WebP in a box": {
    url,
    format: "WebP",
    background: "Transparent",
    resize: { heightPixels: 100 },
  },
  "slices that move on by 100": {
    url,
    extent: "FullPage",
    fullPage: { slices: true, sliceHeightPixels: 1000, sliceOverlapPixels: 900 },
  },
  "heights of slices that are not made": {
    url,
    extent: "FullPage",
    fullPage: { sliceHeightPixels: 10, sliceOverlapPixels: 15_900 },
  },
  "a GIF without a word about quality": { url, format: "GIF", resize: { widthPixels: 10 } },
  "a video that says no more": { url, format: "MP4", animation: {} },
  "a video of a size of its own": {
    url,
    format: "WebM",
    animation: { durationSeconds: 30, framesPerSecond: 30, widthPixels: 640, heightPixels: 480 },
  },
  "a video that goes on to another page": {
    url,
    format: "MP4",
    animation: {
      ...{ scenario: "Scroll", scrollTryNavigate: true, scrollNavigateAfterMilliseconds: 0 },
      ...{ scrollNavigateToURL: `${url}/plans`, scrollNavigateLinkHints: ["plans"] },
    },
  },
  "a transparent MOV": { url, format: "MOV", animation: {}, background: "Transparent" },
  "a GIF that moves, of a part of the window": {
    url,
    format: "GIF",
    animation: { durationSeconds: 1 },
    clip: { widthPixels: 10, heightPixels: 10 },
  },
  "one element as Markdown, with shadow roots": {
    url,
    format: "Markdown",
    extent: "Element",
    element: { selector: "main" },
    shadowDOM: "Include",
  },
  "a device": { url, viewport: { device: "galaxy_s9+_landscape" } },
  "the south pole": {
    url,
    geolocation: { latitudeMicrodegrees: -90_000_000, longitudeMicrodegrees: 0 },
  },
  "everything that can be asked for at once": {
    url,
    ...{ media: "Print", reducedMotion: "Reduce", timeZone: "America/Port-au-Prince" },
    ...{ locale: "zh-Hant-TW", userAgent: "Mozilla/5.0 (X11)", contentSecurityPolicy: "Bypass" },
    blockRequests: Array.from({ length: 64 }, (_, n) => `${n}${"a".repeat(100)}`),
    blockResources: ["Font", "XHR", "WebSocket"],
    click: { selector: "a".repeat(1024) },
    hover: { selector: "b", whenMissing: "Continue" },
    scrollIntoView: { selector: "c", adjustTopPixels: -10 },
    animations: "AsIs",
    failIf: { contentContains: ["a"], contentMissing: ["b"], requestFailed: ["*"] },
    metadata: ["PageTitle", "OpenGraph", "Icon", "Fonts", "ResponseStatusCode", "ResponseHeaders"],
    wait: { selector: "a, b", selectorCount: "AtLeastByCount", afterScripts: ["Load"] },
  },
};

const pictureOnly =
  "may not be given unless `format` is 'PNG', 'JPEG', 'WebP', 'GIF', 'TIFF' or 'AVIF'";

export const refusedOptions: RefusedSpec[] = [
  refused(
    "paper for a picture",
    { pdf: {} },
    "spec.pdf: Forbidden: may not be given unless `format` is 'PDF'",
  ),
  refused(
    "a quality of a PDF",
    { format: "PDF", quality: 50 },
    "spec.quality: Forbidden: may not be given unless `format` is 'PNG', 'JPEG', 'WebP', 'TIFF' or 'AVIF'",
  ),
  refused(
    "an element of a PDF",
    { format: "PDF", extent: "Element", element: { selector: "a" } },
    "spec.element: Forbidden: may not be given unless `format` is 'PNG', 'JPEG', 'WebP', 'GIF', 'TIFF', 'AVIF', 'HTML' or 'Markdown'",
  ),
  refused(
    "a part of a PDF",
    { format: "PDF", clip: { widthPixels: 1, heightPixels: 1 } },
    `spec.clip: Forbidden: ${pictureOnly}`,
  ),
  refused(
    "a PDF in a box",
    { format: "PDF", resize: { widthPixels: 1, heightPixels: 1 } },
    `spec.resize: Forbidden: ${pictureOnly}`,
  ),
  ...[
    ["a video without an animation", { format: "MP4" }],
    ["a JPEG that moves", { format: "JPEG", animation: {} }],
    ["a video of the whole page", { format: "MP4", extent: "FullPage", animation: {} }],
    ["a GIF that moves, in a box", { format: "GIF", animation: {}, resize: { widthPixels: 9 } }],
  ].map(([name, spec]) =>
    refused(
      name as string,
      spec as Record<string, unknown>,
      "spec.animation: Invalid value: may not be given unless `format` is 'GIF', 'MP4', 'WebM', 'MOV' or 'AVI', `extent` is 'Viewport' and `resize` is left out; must be given with 'MP4', 'WebM', 'MOV' or 'AVI'",
    ),
  ),
  refused(
    "a part of a video",
    { format: "MP4", animation: {}, clip: { widthPixels: 1, heightPixels: 1 } },
    `spec.clip: Forbidden: ${pictureOnly}`,
  ),
  refused(
    "a video with a width and no height",
    { format: "MP4", animation: { widthPixels: 640 } },
    "spec.animation.heightPixels: Invalid value: must be given together with `widthPixels`, or not at all",
  ),
  refused(
    "a video of 31 seconds",
    { format: "MP4", animation: { durationSeconds: 31 } },
    "spec.animation.durationSeconds: Invalid value",
  ),
  refused(
    "slices that hardly move on",
    {
      extent: "FullPage",
      fullPage: { slices: true, sliceHeightPixels: 1000, sliceOverlapPixels: 901 },
    },
    "must leave at least 100 of `sliceHeightPixels`",
  ),
  refused(
    "slices of the usual height that hardly move on",
    { extent: "FullPage", fullPage: { slices: true, sliceOverlapPixels: 3901 } },
    "spec.fullPage.sliceOverlapPixels: Invalid value",
  ),
  refused(
    "a quality of Markdown",
    { format: "Markdown", quality: 50 },
    "spec.quality: Forbidden: may not be given unless `format` is 'PNG'",
  ),
  refused(
    "a transparent JPEG",
    { format: "JPEG", background: "Transparent" },
    "spec.background: Forbidden: may not be given unless `format` is 'PNG', 'WebP' or 'MOV'",
  ),
  refused(
    "a box of 268 megapixels",
    { format: "WebP", resize: { widthPixels: 16_383, heightPixels: 16_383 } },
    "spec.resize: Invalid value: must have an area of at most 60000000 pixels of the picture: lower `resize.widthPixels` or `resize.heightPixels`",
  ),
  refused(
    "a window of 64 megapixels",
    { viewport: { widthPixels: 4_000, heightPixels: 4_000, deviceScalePercent: 200 } },
    "spec.viewport: Invalid value: must have an area of at most 60000000 pixels of the picture: lower `viewport.widthPixels`, `viewport.heightPixels` or `viewport.deviceScalePercent`",
  ),
  refused(
    "a part of 64 megapixels",
    { clip: { widthPixels: 8_000, heightPixels: 8_000 } },
    "spec.clip: Invalid value: must have an area of at most 60000000 pixels",
  ),
  refused(
    "an unknown device",
    { viewport: { device: "iphone_1" } },
    "spec.viewport.device: Unsupported value",
  ),
  refused(
    "half a position",
    { geolocation: { latitudeMicrodegrees: 0 } },
    "spec.geolocation.longitudeMicrodegrees: Required value",
  ),
  refused(
    "a place beyond the pole",
    { geolocation: { latitudeMicrodegrees: 90_000_001, longitudeMicrodegrees: 0 } },
    "less than or equal to 90000000",
  ),
  refused(
    "a margin in ems",
    { format: "PDF", pdf: { margin: "2em" } },
    "must be a number with a unit",
  ),
  refused(
    "a time zone in words",
    { timeZone: "Berlin time" },
    "must be the IANA name of a time zone",
  ),
  refused("a locale with an underscore", { locale: "de_DE" }, "must be a language tag"),
  refused("a user agent in two lines", { userAgent: "a\nb" }, "must consist of printable ASCII"),
  refused("a click on nothing", { click: {} }, "spec.click.selector: Required value"),
  refused("an unknown kind of resource", { blockResources: ["Images"] }, "Unsupported value"),
  refused("an address with a blank", { blockRequests: ["a b"] }, "must consist of printable ASCII"),
  refused(
    "a fact that nobody knows",
    { metadata: ["Author"] },
    "spec.metadata[0]: Unsupported value",
  ),
];

function refused(
  what: string,
  fields: Record<string, unknown>,
  ...sentences: string[]
): RefusedSpec {
  return { what, spec: { url, ...fields }, sentences };
}
