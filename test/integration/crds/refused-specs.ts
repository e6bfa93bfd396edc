/** What is wrong with a spec, and the sentence the API server has to say about it. */
export interface RefusedSpec {
  what: string;
  spec: Record<string, unknown>;
  /** All of them, each with the field it speaks of. */
  sentences: string[];
}

const url = "https://example.com/pricing";
const key = { name: "my-bucket" };
const oneSource =
  "spec: Invalid value: must have exactly one of `url`, `html`, `markdown` and `contentRef`";
const tooMuchText =
  "spec: Invalid value: must have at most 16384 bytes of text in all: put content";
const absoluteAddress = "must be an absolute address that begins with 'https://' or 'http://'";

function refused(what: string, spec: Record<string, unknown>, ...sentences: string[]): RefusedSpec {
  return { what, spec, sentences };
}

/** A job with an address and `fields`. */
function withURL(what: string, fields: Record<string, unknown>, ...sentences: string[]) {
  return refused(what, { url, ...fields }, ...sentences);
}

function withStorage(what: string, fields: Record<string, unknown>, ...sentences: string[]) {
  return withURL(what, { storage: { path: "a", ...fields } }, ...sentences);
}

function withPath(path: string, sentence: string) {
  return withURL(
    `the storage path '${path}'`,
    { storage: { path } },
    "spec.storage.path",
    sentence,
  );
}

function withAddress(address: string, sentence: string) {
  return refused(`the address '${address}'`, { url: address }, "spec.url", sentence);
}

export const refusedSpecs: RefusedSpec[] = [
  refused("no source", {}, oneSource),
  refused("two sources", { url, html: "<p>" }, oneSource),
  refused("three sources", { url, html: "<p>", markdown: "# a" }, oneSource),
  refused(
    "a digest that is none",
    { contentRef: { digest: "sha256:12", mediaType: "text/html" } },
    "spec.contentRef.digest",
    "must be 'sha256:' followed by 64 lower-case hexadecimal digits",
  ),
  refused(
    "a content without its type",
    { contentRef: { digest: `sha256:${"0".repeat(64)}` } },
    "spec.contentRef.mediaType: Required value",
  ),
  refused("an empty document", { html: "" }, "spec.html", "at least 1 chars long"),
  refused(
    "a document that is too long",
    { html: "a".repeat(16_385) },
    "spec.html: Too long: may not be more than 16384",
  ),
  refused("a document of few characters and many bytes", { html: "ü".repeat(8193) }, tooMuchText),
  refused(
    "texts that are too long together",
    { html: "a".repeat(16_284), scripts: ["b".repeat(40), "c".repeat(61)] },
    tooMuchText,
  ),
  withURL(
    "a list that is too long as a whole",
    { hideSelectors: Array.from({ length: 17 }, (_, index) => `.${index}`.padEnd(1024, "x")) },
    tooMuchText,
  ),

  withAddress("file:///etc/passwd", absoluteAddress),
  withAddress("example.com", absoluteAddress),
  withAddress("javascript:alert(1)", absoluteAddress),
  withAddress("https://", absoluteAddress),
  withAddress("https:///path", absoluteAddress),
  withAddress(" https://example.com", absoluteAddress),
  withAddress("https://https://example.com", "must not name the scheme twice"),
  withAddress("https://me:secret@example.com/", "must not contain a user name or password"),
  withAddress("https://me@example.com", "must not contain a user name or password"),
  withAddress("https://example.com/a b", "must not contain spaces or control characters"),
  withAddress("https://example.com/\n", "must not contain spaces or control characters"),
  withAddress(`https://example.com/${"a".repeat(4096)}`, "Too long: may not be more than 4096"),

  withURL("an unknown field", { formt: "PNG" }, 'unknown field "spec.formt"'),
  withURL(
    "an unknown field inside",
    { viewport: { width: 3 } },
    'unknown field "spec.viewport.width"',
  ),
  withURL(
    "an unknown format",
    { format: "png" },
    'spec.format: Unsupported value: "png": supported values: "PNG", "JPEG", "WebP"',
  ),
  withURL("too much quality", { quality: 101 }, "spec.quality", "less than or equal to 100"),
  withURL(
    "a fraction",
    { viewport: { widthPixels: 1.5 } },
    "spec.viewport.widthPixels",
    "must be of type int",
  ),
  withURL(
    "a window without width",
    { viewport: { widthPixels: 0 } },
    "spec.viewport.widthPixels",
    "greater than or equal to 1",
  ),
  withURL(
    "a huge window",
    { viewport: { heightPixels: 16_385 } },
    "spec.viewport.heightPixels",
    "less than or equal to 16384",
  ),
  withURL(
    "a scale below 1",
    { viewport: { deviceScalePercent: 50 } },
    "spec.viewport.deviceScalePercent",
    "greater than or equal to 100",
  ),

  withURL(
    "Element without element",
    { extent: "Element" },
    "spec.element: Required value: must be given when `extent` is 'Element'",
  ),
  withURL(
    "an element without Element",
    { element: { selector: "h1" } },
    "spec.element: Forbidden: may not be given unless `extent` is 'Element'",
  ),
  withURL(
    "an element without selector",
    { extent: "Element", element: {} },
    "spec.element.selector: Required value",
  ),
  withURL(
    "a long selector",
    { extent: "Element", element: { selector: "a".repeat(1025) } },
    "spec.element.selector: Too long",
  ),
  withURL(
    "fullPage without FullPage",
    { fullPage: { scroll: false } },
    "spec.fullPage: Forbidden: may not be given unless `extent` is 'FullPage'",
  ),
  withURL(
    "a clip of the whole page",
    { extent: "FullPage", clip: { widthPixels: 1, heightPixels: 1 } },
    "spec.clip: Forbidden: may not be given unless `extent` is 'Viewport'",
  ),
  withURL(
    "a clip of an element",
    { extent: "Element", element: { selector: "h1" }, clip: { widthPixels: 1, heightPixels: 1 } },
    "spec.clip: Forbidden",
  ),
  withURL(
    "a clip without size",
    { clip: { xPixels: 1 } },
    "spec.clip.widthPixels: Required value",
    "spec.clip.heightPixels: Required value",
  ),

  withURL("no event to wait for", { wait: { until: [] } }, "spec.wait.until", "at least 1 items"),
  withURL(
    "an unknown event",
    { wait: { until: ["networkidle"] } },
    "spec.wait.until[0]: Unsupported value",
  ),
  withURL(
    "an event twice",
    { wait: { until: ["Load", "Load"] } },
    "spec.wait.until[1]: Duplicate value",
  ),
  withURL(
    "a delay longer than an attempt",
    { wait: { delaySeconds: 61 } },
    "spec.wait.delaySeconds: Invalid value: must be at most `captureTimeoutSeconds` (60 unless given)",
  ),
  withURL(
    "a start after the end",
    { startDeadlineSeconds: 121 },
    "spec.startDeadlineSeconds: Invalid value: must be at most `activeDeadlineSeconds` (120 unless given)",
  ),
  withURL(
    "no time at all",
    { activeDeadlineSeconds: 0 },
    "spec.activeDeadlineSeconds",
    "greater than or equal to 1",
  ),
  withURL(
    "too many attempts",
    { backoffLimit: 11 },
    "spec.backoffLimit",
    "less than or equal to 10",
  ),
  withURL(
    "a negative time to live",
    { ttlSecondsAfterFinished: -1 },
    "spec.ttlSecondsAfterFinished",
    "greater than or equal to 0",
  ),

  withURL(
    "too many scripts",
    { scripts: ["1", "2", "3", "4", "5"] },
    "spec.scripts: Too many: 5: must have at most 4 items",
  ),
  withURL("a script as text", { scripts: "alert(1)" }, "spec.scripts", "must be of type array"),
  withURL("a long style", { styles: ["a".repeat(16_385)] }, "spec.styles[0]: Too long"),
  withURL(
    "a pool's name with a dot",
    { poolName: "a.b" },
    "spec.poolName",
    "must consist of small letters, digits and '-'",
  ),

  withURL(
    "a class that there is not",
    { priority: "Urgent" },
    'spec.priority: Unsupported value: "Urgent": supported values: "Synchronous", "Interactive", "Batch"',
  ),

  withPath("../secrets", "must not contain '.' or '..' as a part"),
  withPath("a/../b", "must not contain '.' or '..' as a part"),
  withPath("a/./b", "must not contain '.' or '..' as a part"),
  withPath("..", "must not contain '.' or '..' as a part"),
  withPath("/a", "must not begin or end with '/'"),
  withPath("a/", "must not begin or end with '/'"),
  withPath("a//b", "must not contain '//'"),
  withPath("a\\b", "must contain only ASCII letters"),
  withPath("a%2fb", "must contain only ASCII letters"),
  withPath("über", "must contain only ASCII letters"),
  withPath("a\nb", "must contain only ASCII letters"),
  withPath("a".repeat(513), "Too long: may not be more than 512"),
  withURL("a storage without path", { storage: {} }, "spec.storage.path: Required value"),
  withStorage(
    "a bucket without key",
    { bucket: "acme" },
    "spec.storage.bucket: Invalid value: must come with `credentialsSecretRef`",
  ),
  withStorage(
    "an endpoint alone",
    { endpoint: "https://s3.example.com" },
    "spec.storage.endpoint: Invalid value: must come with `bucket`",
  ),
  withStorage(
    "an endpoint without bucket",
    { endpoint: "https://s3.example.com", credentialsSecretRef: key },
    "must come with `bucket`: name the bucket on that service",
  ),
  withStorage(
    "a region without bucket",
    { region: "eu-west-1" },
    "spec.storage.region: Invalid value: must come with `bucket`",
  ),
  withStorage(
    "a key without bucket",
    { credentialsSecretRef: key },
    "spec.storage.credentialsSecretRef: Invalid value: must come with `bucket`",
  ),
  withStorage(
    "an endpoint with a query",
    { bucket: "acme", credentialsSecretRef: key, endpoint: "https://s3.example.com/?acme" },
    "spec.storage.endpoint",
    "must be the address of the service without '?' and '#'",
  ),
  withStorage(
    "two keys",
    { bucket: "acme", credentialsSecretRef: key, accountName: "acme" },
    "spec.storage.accountName",
    "may not come with `credentialsSecretRef`",
  ),
  withStorage(
    "an account without bucket",
    { accountName: "acme" },
    "spec.storage.accountName: Invalid value: must come with `bucket`",
  ),
  withStorage(
    "a storage class in the operator's bucket",
    { class: "Glacier" },
    "spec.storage.class: Invalid value: must come with `bucket`",
  ),
  withStorage(
    "an ACL in the operator's bucket",
    { acl: "PublicRead" },
    "spec.storage.acl: Invalid value: must come with `bucket`",
  ),
  withStorage(
    "a storage class that S3 does not have",
    { bucket: "acme", credentialsSecretRef: key, class: "STANDARD_IA" },
    "spec.storage.class: Unsupported value",
  ),
  withURL(
    "a bucket whose sealed fields are others",
    {
      storage: { path: "a", bucket: "acme" },
      sealed: [
        {
          ...{ field: "Cookies", keyID: "0".repeat(16), ciphertext: "A" },
          encapsulatedKey: "A".repeat(43),
        },
      ],
    },
    "spec.storage.bucket: Invalid value: must come with `credentialsSecretRef`",
  ),
  withStorage(
    "a bucket in capitals",
    { bucket: "ACME", credentialsSecretRef: key },
    "spec.storage.bucket",
    "must be the name of an S3 bucket",
  ),

  withURL(
    "a key of the cache that is no digest",
    { cache: { key: "A".repeat(64), ttlSeconds: 14_400 } },
    "spec.cache.key",
    "must be 64 lower-case hexadecimal digits",
  ),
  withURL(
    "a picture that is cached for an hour",
    { cache: { key: "a".repeat(64), ttlSeconds: 3600 } },
    "spec.cache.ttlSeconds",
    "should be greater than or equal to 14400",
  ),

  withURL("a webhook without address", { webhook: {} }, "spec.webhook.url: Required value"),
  withURL(
    "a webhook by mail",
    { webhook: { url: "mailto:a@example.com" } },
    "spec.webhook.url",
    absoluteAddress,
  ),
  withURL(
    "a webhook with a password",
    { webhook: { url: "https://a:b@example.com" } },
    "spec.webhook.url",
    "must not contain a user name or password",
  ),
  withURL(
    "half a reference to a key",
    { webhook: { url, signingSecretRef: { name: "hook" } } },
    "spec.webhook.signingSecretRef.key: Required value",
  ),
];
