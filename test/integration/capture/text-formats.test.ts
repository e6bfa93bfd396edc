import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

async function textOf(options: Partial<CaptureSpec>): Promise<string> {
  const { bytes } = await fixture.capture(options);
  return bytes.toString("utf8");
}

/** A card with an open root that holds a badge with a closed one. */
const shadows = `<!doctype html><html><head><title>Cards</title></head><body>
<my-card><b slot="title">Given</b> loose</my-card>
<script>
  const card = document.querySelector("my-card").attachShadow({ mode: "open" });
  card.innerHTML = "<h2><slot name='title'>nobody</slot></h2><p>Open text</p><my-badge></my-badge><slot></slot>";
  card.querySelector("my-badge").attachShadow({ mode: "closed" }).innerHTML = "<p>Closed text</p>";
</script></body></html>`;

test("format HTML is the document as its scripts have left it", async () => {
  const captured = await fixture.capture({
    html: `<!doctype html><html lang="en"><head><title>A</title></head><body><p>before</p>
<script>document.querySelector("p").textContent = "after & 3 < 4"</script></body></html>`,
    format: "HTML",
  });

  const text = captured.bytes.toString("utf8");
  assert.equal(captured.mediaType, "text/html; charset=utf-8");
  assert.equal(captured.widthPixels, undefined);
  assert.match(text, /^<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A</);
  assert.match(text, /<p>after &amp; 3 &lt; 4<\/p>/);
  assert.deepEqual(captured.warnings, []);
});

test("a page in another encoding is written in UTF-8, and says so", async () => {
  const html = await textOf({ url: "/latin", format: "HTML" });
  const markdown = await textOf({ url: "/latin", format: "Markdown" });

  assert.match(html, /Grüße aus Köln/);
  assert.deepEqual(html.match(/<meta[^>]*>/g), [
    '<meta charset="utf-8">',
    '<meta name="author" content="Jörg">',
  ]);
  assert.match(html, /<noscript><link rel="stylesheet" href="\/plain\.css"><\/noscript>/);
  assert.equal(markdown, "# Grüße aus Köln\n");
});

test("shadow roots, open and closed ones, are in HTML where they are asked for", async () => {
  const without = await textOf({ html: shadows, format: "HTML" });
  const included = await textOf({ html: shadows, format: "HTML", shadowDOM: "Include" });

  assert.doesNotMatch(without.replace(/<script>[^]*<\/script>/, ""), /Open text|Closed text/);
  assert.match(included, /<my-card><template shadowrootmode="open"><h2>/);
  assert.match(included, /<template shadowrootmode="closed"><p>Closed text<\/p><\/template>/);
});

test("Markdown has shadow roots in the place where a reader sees them", async () => {
  const without = await textOf({ html: shadows, format: "Markdown" });
  const included = await textOf({ html: shadows, format: "Markdown", shadowDOM: "Include" });

  assert.equal(without, "**Given** loose\n");
  assert.equal(included, "## **Given**\n\nOpen text\n\nClosed text\n\nloose\n");
});

test("the page's content beside a picture has shadow roots as well", async () => {
  const page = { html: shadows, pageContent: "Markdown" } as const;
  const without = await fixture.capture(page);
  const included = await fixture.capture({ ...page, shadowDOM: "Include" });

  assert.equal(without.content?.bytes.toString(), "**Given** loose\n");
  assert.match(included.content?.bytes.toString() ?? "", /Open text\n\nClosed text/);
});

test("content in the format of the answer is the answer", async () => {
  const same = { html: shadows, format: "HTML", pageContent: "HTML" } as const;
  const { bytes, content, metadata } = await fixture.capture(same);

  assert.equal(content, undefined);
  assert.deepEqual(metadata, { content: { format: "HTML", sizeBytes: bytes.length } });
});

test("of one element, HTML and Markdown have that element alone", async () => {
  const page = `<h1>Away</h1><main id="m"><h2>Here</h2><p>and <i>there</i></p></main>`;
  const element = { selector: "#m", whenMissing: "Fail" } as const;

  const html = await textOf({ html: page, format: "HTML", extent: "Element", element });
  const markdown = await textOf({ html: page, format: "Markdown", extent: "Element", element });

  assert.equal(html, `<main id="m"><h2>Here</h2><p>and <i>there</i></p></main>`);
  assert.equal(markdown, "## Here\n\nand _there_\n");
});

test("of an element that is missing, the whole page is read if the option says so", async () => {
  const page = { html: "<p>All</p>", extent: "Element", captureTimeoutSeconds: 8 } as const;
  const missing = { selector: "#nothing" } as const;
  const instead = { ...missing, whenMissing: "CaptureExtent" } as const;

  assert.equal(await textOf({ ...page, format: "Markdown", element: instead }), "All\n");
  await assert.rejects(
    textOf({ ...page, format: "HTML", element: { ...missing, whenMissing: "Fail" } }),
    { reason: "SelectorNotFound" },
  );
});

test("tables of data become tables, with their headings and alignments", async () => {
  const page = `<table><caption>Prices</caption>
<thead><tr><th>Plan</th><th align="right">Price | month</th><th>Note</th></tr></thead>
<tbody><tr><td>Small</td><td>1 €</td><td><p>two</p><p>parts</p></td></tr>
<tr><td colspan="2"><b>Large</b></td><td><a href="https://example.com/a">ask</a></td></tr>
<tr><td>Rest</td></tr></tbody></table>`;
  assert.equal(
    await textOf({ html: page, format: "Markdown" }),
    [
      "Prices",
      "",
      "| Plan | Price \\| month | Note |",
      "| --- | ---: | --- |",
      "| Small | 1 € | two parts |",
      "| **Large** |  | [ask](https://example.com/a) |",
      "| Rest |  |  |\n",
    ].join("\n"),
  );
});

test("a table without headings gets empty ones, and one for layout is no table", async () => {
  const page = `<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>
<table><tr><td><h2>Left</h2></td><td>Right <del>old</del></td></tr></table>`;
  assert.equal(
    await textOf({ html: page, format: "Markdown" }),
    "|  |  |\n| --- | --- |\n| a | b |\n| c | d |\n\n## Left\n\nRight ~~old~~\n",
  );
});

test("a document that is no HTML is read as what it is", async () => {
  const html = await textOf({ url: "/drawing.svg", format: "HTML" });
  assert.match(html, /^<svg [^>]*>.*<\/svg>$/s);
});

test("a page with more text than is read fails with a sentence", async () => {
  await assert.rejects(
    textOf({
      html: `<body style="white-space:nowrap"><script>document.body.append("x".repeat(16_000_001))</script>`,
      format: "HTML",
    }),
    { reason: "PictureTooLarge", message: /has 16\d{6} characters as HTML, but at most 16000000/ },
  );
});
