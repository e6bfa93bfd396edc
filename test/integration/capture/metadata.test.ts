import assert from "node:assert/strict";
import { after, test } from "node:test";
import { metadataWords } from "../../../src/api/options/metadata.ts";
import { boundedMetadata } from "../../../src/core/take/page-metadata.ts";
import { Studio } from "./studio.ts";

const studio = await Studio.open();
after(() => studio[Symbol.asyncDispose]());

test("nothing is told that was not asked for", async () => {
  const { metadata } = await studio.take("/described");
  assert.equal(metadata, undefined);
});

test("everything that is asked for is told", async () => {
  const { metadata, warnings } = await studio.take({
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
    icon: { url: `${studio.site.url}/large.svg`, type: "image/svg+xml" },
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

test("each word is told alone", async () => {
  const names: Record<string, string> = {
    PageTitle: "pageTitle",
    OpenGraph: "openGraph",
    Icon: "icon",
    Fonts: "fonts",
    ResponseStatusCode: "responseStatusCode",
    ResponseHeaders: "responseHeaders",
  };
  for (const word of metadataWords) {
    const { metadata } = await studio.take({ url: "/described", metadata: [word] });
    assert.deepEqual(Object.keys(metadata ?? {}), [names[word]]);
  }
});

test("the status is the last one, of the page that is captured", async () => {
  const { metadata } = await studio.take({
    url: "/hostile/status/503",
    hostErrors: "Ignore",
    metadata: ["ResponseStatusCode"],
  });
  assert.equal(metadata?.responseStatusCode, 503);
});

test("a document of one's own has a title and no host", async () => {
  const { metadata } = await studio.take({
    html: "<title>Own</title><p>Text",
    metadata: [...metadataWords],
  });
  assert.deepEqual(Object.keys(metadata ?? {}).toSorted(), ["fonts", "pageTitle"]);
});

test("a page with endless texts is cut to what the resource holds", async () => {
  const { metadata } = await studio.take({
    html: `<title>${"é".repeat(5000)}</title><meta property="og:title" content="${"x".repeat(5000)}"><body><script>
      for (let n = 0; n < 100; n += 1) document.body.insertAdjacentHTML("beforeend", '<p style="font-family: f' + n + '">x</p>')</script>`,
    metadata: ["PageTitle", "OpenGraph", "Fonts"],
  });
  assert.equal(metadata?.pageTitle?.length, 1024);
  assert.equal(metadata.openGraph?.title?.length, 1024);
  assert.equal(metadata.fonts?.length, 32);
});

test("a page that replaces what metadata are read with changes nothing", async () => {
  const { metadata } = await studio.take({
    html: `<title>True</title><script>Map = Set = Array.prototype.map = JSON.parse = Object.assign = null;
      Object.defineProperty(document, "title", { get: () => { throw new Error("no"); } });</script>`,
    metadata: ["PageTitle"],
  });
  assert.deepEqual(metadata, { pageTitle: "True" });
});
