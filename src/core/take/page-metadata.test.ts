import assert from "node:assert/strict";
import { test } from "node:test";
import { metadataLimits as limits, type PageMetadata } from "../../api/messages/page-metadata.ts";
import { metadataBody, metadataHeaders } from "./metadata-fields.ts";
import { boundedMetadata } from "./page-metadata.ts";

const whole: PageMetadata = {
  pageTitle: "Größe & Preis",
  openGraph: { title: "T", image: "https://example.com/a.png" },
  icon: { url: "https://example.com/i.svg", type: "image/svg+xml" },
  fonts: [{ first: "Inter", fallback: ["serif"], elements: ["h1", "p"] }],
  responseStatusCode: 204,
  responseHeaders: { "content-type": "text/html" },
};

test("valid metadata is unchanged", () => {
  assert.deepEqual(boundedMetadata(structuredClone(whole)), whole);
});

test("invalid metadata is dropped and long metadata is cut", () => {
  assert.equal(boundedMetadata(undefined), undefined);
  assert.equal(boundedMetadata("x"), undefined);
  assert.equal(boundedMetadata({ pageTitle: 5, icon: [], fonts: "x", other: 1 }), undefined);
  const long = "é".repeat(10_000);
  const bounded = boundedMetadata({
    pageTitle: `${"x".repeat(limits.titleCharacters - 1)}😀`,
    openGraph: { title: long, description: long, image: long, more: long },
    icon: { url: long, type: long },
    fonts: [
      null,
      { first: "" },
      ...Array.from({ length: 99 }, () => ({
        first: long,
        fallback: Array.from({ length: 99 }, () => long),
        elements: ["p", 5],
      })),
    ],
    responseStatusCode: 1000,
    responseHeaders: Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`h${n}`, long])),
  });
  assert.ok(bounded !== undefined);
  assert.ok(bounded.pageTitle?.isWellFormed());
  assert.equal(bounded.pageTitle?.length, limits.titleCharacters);
  assert.deepEqual(Object.keys(bounded.openGraph ?? {}), ["title", "description", "image"]);
  assert.equal(bounded.icon?.url.length, limits.urlCharacters);
  const fonts = bounded.fonts?.length;
  assert.ok(fonts !== undefined && fonts > 0 && fonts <= limits.fonts);
  const [font] = bounded.fonts ?? [];
  assert.equal(font?.fallback.length, limits.fallbackFonts);
  assert.deepEqual(font.elements, ["p"]);
  assert.equal(bounded.responseStatusCode, undefined);
  assert.ok(bounded.responseHeaders !== undefined);
  assert.equal(Object.keys(bounded.responseHeaders).length, limits.headers);
});

test("a JSON response has the fields of ScreenshotOne", () => {
  const { nested, topLevel } = metadataBody(whole);
  assert.deepEqual(nested, {
    page_title: whole.pageTitle,
    open_graph: whole.openGraph,
    icon: whole.icon,
  });
  assert.deepEqual(topLevel, {
    fonts: whole.fonts,
    http_response: { status_code: 204, headers: { "content-type": "text/html" } },
  });
  assert.deepEqual(metadataBody(undefined), { nested: {}, topLevel: {} });
});

test("header values are percent-encoded", () => {
  const headers = metadataHeaders(whole);
  assert.deepEqual(Object.keys(headers).toSorted(), [
    "x-screenshotone-fonts",
    "x-screenshotone-http-response-headers",
    "x-screenshotone-http-response-status-code",
    "x-screenshotone-icon",
    "x-screenshotone-open-graph",
    "x-screenshotone-page-title",
  ]);
  assert.equal(headers["x-screenshotone-page-title"], "Gr%C3%B6%C3%9Fe%20%26%20Preis");
  assert.equal(headers["x-screenshotone-http-response-status-code"], "204");
  assert.deepEqual(
    JSON.parse(decodeURIComponent(headers["x-screenshotone-fonts"] ?? "")),
    whole.fonts,
  );
});

test("headers beyond the limit are omitted", () => {
  const headers = metadataHeaders({
    pageTitle: "日".repeat(1024),
    openGraph: { description: "日".repeat(2048) },
    responseStatusCode: 200,
  });
  assert.deepEqual(Object.keys(headers).toSorted(), [
    "x-screenshotone-http-response-status-code",
    "x-screenshotone-page-title",
  ]);
});

test("the page's content has a format and a size", () => {
  const content = { format: "Markdown", sizeBytes: 12, key: "artifacts/others/u/1.md" };
  assert.deepEqual(boundedMetadata({ content }), {
    content: { format: "Markdown", sizeBytes: 12 },
  });
  for (const wrong of [{ ...content, format: "PDF" }, { ...content, sizeBytes: "12" }, "HTML"])
    assert.equal(boundedMetadata({ content: wrong }), undefined);
});
