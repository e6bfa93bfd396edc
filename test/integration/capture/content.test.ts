import assert from "node:assert/strict";
import { after, test } from "node:test";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const page = `<!doctype html><html><head><title>Prices</title><style>h1 { color: red }</style></head><body>
<h1>Prices</h1><script>document.title = "kept apart"; Array.prototype.map = () => ["tampered"];</script>
<p>Both <b>bold</b> and <a href="https://example.com/more?a=1">linked</a>.</p>
<ul><li>One</li><li>Two</li></ul><pre><code>let a = 1;</code></pre></body></html>`;

test("without pageContent no content is read", async () => {
  const { content } = await fixture.capture({ html: page });
  assert.equal(content, undefined);
});

test("the page's HTML includes the changes of its scripts", async () => {
  const { content, metadata, warnings } = await fixture.capture({
    html: page,
    pageContent: "HTML",
  });
  assert.deepEqual(warnings, []);
  assert.equal(content?.format, "HTML");
  const text = content.bytes.toString("utf8");
  assert.match(text, /^<!DOCTYPE html><html>/);
  assert.match(text, /<title>kept apart<\/title>/);
  assert.deepEqual(metadata, { content: { format: "HTML", sizeBytes: content.bytes.length } });
});

test("the page's Markdown is what a reader sees", async () => {
  const { content, warnings } = await fixture.capture({ html: page, pageContent: "Markdown" });
  assert.deepEqual(warnings, []);
  assert.equal(
    content?.bytes.toString("utf8"),
    [
      "# Prices",
      "Both **bold** and [linked](https://example.com/more?a=1).",
      "-   One\n-   Two",
      "```\nlet a = 1;\n```\n",
    ].join("\n\n"),
  );
});

test("links of a page on the web are absolute", async () => {
  const { content } = await fixture.capture({ url: "/described", pageContent: "Markdown" });
  const links = content?.bytes.toString("utf8").match(/\]\([^)]*\)/g) ?? [];
  assert.ok(
    links.every((link) => link.startsWith("](http")),
    links.join(),
  );
});

test("content beyond the limit is not kept, and the picture is captured", async () => {
  const script = `document.body.append("x".repeat(4_000_001))`;
  const captured = await fixture.capture({
    html: `<body style="white-space:nowrap"><script>${script}</script>`,
    pageContent: "HTML",
  });
  assert.equal(captured.content, undefined);
  assert.equal(captured.metadata, undefined);
  assert.match(captured.warnings.join(), /has 4\d{6} characters, and at most 4000000 are kept/);
});
