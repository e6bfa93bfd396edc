import assert from "node:assert/strict";
import { after, test } from "node:test";
import { metadataWords } from "../../../src/api/options/catalogue/metadata.ts";
import { boundedMetadata } from "../../../src/core/take/page-metadata.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

test("without the option there is no metadata", async () => {
  const { metadata } = await fixture.capture("/described");
  assert.equal(metadata, undefined);
});

test("all metadata can be read together", async () => {
  const { metadata, warnings } = await fixture.capture({
    url: "/described",
    metadata: [...metadataWords],
  });

  assert.deepEqual(warnings, []);
  assert.ok(metadata !== undefined);
  const { responseHeaders, ...rest } = metadata;
  assert.deepEqual(rest, {
    pageTitle: "Preise für Müller & Söhne – 日本",
    openGraph: {
      title: "Prices",
      description: "What it costs",
      image: "https://example.com/og.png",
    },
    icon: { url: `${fixture.site.url}/large.svg`, type: "image/svg+xml" },
    fonts: [
      { first: "Liberation Serif", fallback: ["Georgia", "serif"], elements: ["h1"] },
      { first: "monospace", fallback: [], elements: ["p"] },
    ],
    responseStatusCode: 200,
  });
  assert.equal(responseHeaders?.["x-made-by"], "the site");
  assert.equal(responseHeaders["content-type"], "text/html; charset=utf-8");
  assert.deepEqual(boundedMetadata(metadata), metadata);
});

test("each metadata can be read alone", async () => {
  const names: Record<string, string> = {
    PageTitle: "pageTitle",
    OpenGraph: "openGraph",
    Icon: "icon",
    Fonts: "fonts",
    ResponseStatusCode: "responseStatusCode",
    ResponseHeaders: "responseHeaders",
  };
  for (const word of metadataWords) {
    const { metadata } = await fixture.capture({ url: "/described", metadata: [word] });
    assert.deepEqual(Object.keys(metadata ?? {}), [names[word]]);
  }
});

test("the status is that of the captured page, after redirects", async () => {
  const { metadata } = await fixture.capture({
    url: "/hostile/status/503",
    hostErrors: "Ignore",
    metadata: ["ResponseStatusCode"],
  });
  assert.equal(metadata?.responseStatusCode, 503);
});

test("a page given as html has a title and no status", async () => {
  const { metadata } = await fixture.capture({
    html: "<title>Own</title><p>Text",
    metadata: [...metadataWords],
  });
  assert.deepEqual(Object.keys(metadata ?? {}).toSorted(), ["fonts", "pageTitle"]);
});

test("metadata of any length is cut to the limits of the resource", async () => {
  const { metadata } = await fixture.capture({
    html: `<title>${"é".repeat(5000)}</title><meta property="og:title" content="${"x".repeat(5000)}"><body><script>
      for (let n = 0; n < 100; n += 1) document.body.insertAdjacentHTML("beforeend", '<p style="font-family: f' + n + '">x</p>')</script>`,
    metadata: ["PageTitle", "OpenGraph", "Fonts"],
  });
  assert.equal(metadata?.pageTitle?.length, 1024);
  assert.equal(metadata.openGraph?.title?.length, 1024);
  assert.equal(metadata.fonts?.length, 32);
});

test("a page that replaces built-in functions does not affect the metadata", async () => {
  const { metadata } = await fixture.capture({
    html: `<title>True</title><script>Map = Set = Array.prototype.map = JSON.parse = Object.assign = null;
      Object.defineProperty(document, "title", { get: () => { throw new Error("no"); } });</script>`,
    metadata: ["PageTitle"],
  });
  assert.deepEqual(metadata, { pageTitle: "True" });
});
