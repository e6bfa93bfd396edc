import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { assertColour, assertSize } from "../../support/picture.ts";
import { colours, css } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const kinds = [
  "drawing.svg",
  "page.xhtml",
  "tree.xml",
  "frames",
  "plain.txt",
  "facts.json",
  "square.png",
] as const;

/** What every document has to stand, whatever it is. */
const everything: Partial<CaptureSpec> = {
  extent: "FullPage",
  styles: [".none { color: red; }"],
  hideSelectors: ["#promo"],
  scripts: ["document.documentElement.nodeName"],
  metadata: ["PageTitle", "OpenGraph", "Icon", "Fonts", "ResponseStatusCode"],
  failIf: { contentContains: ["A text that no page has"] },
  pageContent: "HTML",
};

for (const kind of kinds)
  test(`${kind} is captured with any option`, async () => {
    const url = `/documents/${kind}`;
    const { picture } = await fixture.captureDecoded({ url });
    const { picture: whole, captured } = await fixture.captureDecoded({ url, ...everything });

    assertSize(picture, 1280, 1024);
    assert.equal(whole.width, 1280);
    assert.equal(captured.metadata?.responseStatusCode, 200);
    const area = { x: 0, y: 0, width: 600, height: 300 };
    assert.ok(picture.count(area, (colour) => colour.some((channel) => channel < 200)) > 20);
    const markdown = await fixture.capture({ url, pageContent: "Markdown" });
    assert.deepEqual(markdown.warnings, []);
  });

test("an SVG drawing takes styles, hides elements and has a title", async () => {
  const url = "/documents/drawing.svg";
  const at = { x: 250, y: 150 };
  const plain = await fixture.captureDecoded({ url, metadata: ["PageTitle"] });
  const hidden = await fixture.captureDecoded({ url, hideSelectors: ["#promo"] });
  const styled = await fixture.captureDecoded({
    url,
    styles: [`#promo { fill: ${css(colours.blue)}; }`],
  });

  assert.equal(plain.captured.metadata?.pageTitle, "Drawing");
  assertColour(plain.picture, at, colours.red);
  assertColour(hidden.picture, at, colours.green);
  assertColour(styled.picture, at, colours.blue);
});

test("both frames of a frameset are drawn, and elements in them are hidden", async () => {
  const { picture } = await fixture.captureDecoded({ url: "/documents/frames", ...everything });
  assertColour(picture, { x: 300, y: 20 }, colours.green);
  assertColour(picture, { x: 900, y: 500 }, colours.blue);
});

test("scripts run where the page's policy allows none, and never hang", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/documents/sandboxed",
    scripts: ["document.getElementById('promo').hidden = false"],
    click: { selector: "#promo", whenMissing: "Fail" },
    wait: { until: ["Load"], selector: "#promo", delaySeconds: 0 },
    captureTimeoutSeconds: 20,
  });
  assertColour(picture, { x: 100, y: 100 }, colours.green);
  assert.deepEqual(captured.warnings, []);
});

test("an element that is not there is missed in time where no timer fires", async () => {
  await assert.rejects(
    fixture.capture({
      url: "/documents/sandboxed",
      extent: "Element",
      element: { selector: "#nothing", whenMissing: "Fail" },
      captureTimeoutSeconds: 8,
    }),
    { reason: "SelectorNotFound" },
  );
});

for (const [title, script] of [
  ["a script that loops", "while (true);"],
  ["a promise that stays pending", "await new Promise(() => {})"],
  [
    "a loop after a pause",
    "await null; await new Promise((r) => setTimeout(r, 10)); while (true);",
  ],
] as const)
  test(`${title} costs its share of the time, not the picture`, async () => {
    const { picture, captured } = await fixture.captureDecoded({
      url: "/corners",
      scripts: [script],
      captureTimeoutSeconds: 12,
    });
    assertColour(picture, { x: 50, y: 50 }, colours.red);
    assert.match(captured.warnings.join(), /scripts\[0\] did not end within \d s/);
  });

test("a body that breaks off is an error that says so, and no time-out", async () => {
  await assert.rejects(fixture.capture("/documents/cut"), {
    reason: "TargetNotAPage",
    message: /^The document that 127\.0\.0\.1:\d+ sent ended before it was complete/,
  });
});

test("a body that cannot be decoded is an error that says so, and no time-out", async () => {
  await assert.rejects(fixture.capture("/documents/undecodable"), {
    reason: "TargetNotAPage",
    message: /^The document that 127\.0\.0\.1:\d+ sent could not be decoded/,
  });
});

test("a page that stops its own loading is captured as it is", async () => {
  const { picture } = await fixture.captureDecoded("/documents/stopped");
  assertColour(picture, { x: 100, y: 100 }, colours.green);
});

test("a page that reloads when its service worker takes over is captured at rest", async () => {
  const { picture } = await fixture.captureDecoded("/documents/controlled");
  const [red] = picture.colourAt(100, 100);
  assert.ok(red < 100, "the picture was taken between two documents");
});

test("a PDF document is named as one", async () => {
  await assert.rejects(fixture.capture("/documents/report"), {
    reason: "TargetNotAPage",
    message: /leads to a PDF document/,
  });
});

for (const [charset, title] of [
  ["windows-1251", "Привет"],
  ["shift_jis", "日本語"],
  ["gbk", "网页"],
  ["utf-16le", "Łódź"],
] as const)
  test(`a page in ${charset} has its title and its content in UTF-8`, async () => {
    const url = `/documents/charset/${charset}`;
    const page = await fixture.capture({ url, metadata: ["PageTitle"], pageContent: "HTML" });
    const { content } = await fixture.capture({ url, pageContent: "Markdown" });
    const text = page.content?.bytes.toString("utf8") ?? "";

    assert.equal(page.metadata?.pageTitle, title);
    assert.ok(text.includes(`<p>${title}`));
    assert.equal(content?.bytes.toString("utf8"), `${title}\n`);
  });
