import assert from "node:assert/strict";
import { after, test } from "node:test";
import sharp from "sharp";
import { documentStreams, printedArea } from "../../support/printed-document.ts";
import { assertColour, assertSize, decodePicture } from "../../support/picture.ts";
import { colours } from "../../support/site/colours.ts";
import {
  captureDefaults,
  type CaptureSpec,
} from "../../../src/api/options/capture-spec.generated.ts";
import { CaptureFixture, type CaptureOptions } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

interface ReadDocument {
  /** Width and height of each page, in points. */
  pages: [number, number][];
  bytes: Buffer;
  /** All content streams, as text. */
  drawing: string;
}

/** Reads Chromium's PDF: uncompressed dictionaries, compressed streams. */
function readDocument(bytes: Buffer): ReadDocument {
  const text = bytes.toString("latin1");
  assert.match(text, /^%PDF-1\.\d/);
  const boxes = [...text.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  return {
    bytes,
    pages: boxes.map(([, width, height]) => [
      Math.round(Number(width)),
      Math.round(Number(height)),
    ]),
    drawing: documentStreams(bytes).join("\n"),
  };
}

async function print(
  options: CaptureOptions,
  pdf: Partial<CaptureSpec["pdf"]> = {},
): Promise<ReadDocument> {
  const given = typeof options === "string" ? { url: options } : options;
  const captured = await fixture.capture({
    ...given,
    format: "PDF",
    pdf: { ...captureDefaults.pdf, ...pdf },
  });
  assert.equal(captured.mediaType, "application/pdf");
  assert.equal(captured.widthPixels, undefined);
  return readDocument(captured.bytes);
}

const navy = /0?\.0784\d* 0?\.1176\d* 0?\.2745\d* rg/;

test("a document has pages of A4, or of the paper asked for", async () => {
  const plain = await print("/tall?height=3000");
  const small = await print("/tall?height=3000", { paperFormat: "A6" });
  const wide = await print("/tall?height=3000", { paperFormat: "Letter", landscape: true });

  assert.deepEqual(plain.pages[0], [595, 842]);
  assert.deepEqual(small.pages[0], [298, 420]);
  assert.ok(small.pages.length > plain.pages.length);
  assert.deepEqual(wide.pages[0], [792, 612]);
});

test("backgrounds are printed on options", async () => {
  const html = `<body style="background: rgb(20, 30, 70)">Text`;
  assert.doesNotMatch((await print({ html })).drawing, navy);
  assert.match((await print({ html }, { printBackground: true })).drawing, navy);
});

test("a document is printed for paper unless the screen is asked for", async () => {
  const html = `<style>@media screen { body { background: rgb(20, 30, 70); } }</style><body>Text`;
  const background = { printBackground: true };
  assert.doesNotMatch((await print({ html }, background)).drawing, navy);
  assert.match((await print({ html, media: "Screen" }, background)).drawing, navy);
});

test("with fitOnePage the page is as long as the document", async () => {
  const { pages } = await print("/tall?height=7300", { fitOnePage: true });
  const screen = await print({ url: "/tall?height=7300", media: "Screen" }, { fitOnePage: true });
  const framed = await print("/tall?height=2000", { fitOnePage: true, margin: "1in" });

  assert.deepEqual(pages, [[960, 5476]]);
  assert.deepEqual(screen.pages, [[960, 5476]]);
  assert.deepEqual(framed.pages, [[960 + 144, 1501 + 144]]);
});

test("a margin has its width in every unit and on each side", async () => {
  const html = `<body style="margin: 0">Text`;
  const [width, height] = [595, 842];
  const areaWith = async (pdf: Partial<CaptureSpec["pdf"]>): Promise<number[]> =>
    printedArea((await print({ html }, pdf)).bytes);
  assert.deepEqual(await areaWith({}), [0, 0, width, height]);
  assert.deepEqual(await areaWith({ margin: "1in" }), [72, 72, width - 144, height - 144]);
  assert.deepEqual(await areaWith({ marginTop: "2.54cm" }), [0, 72, width, height - 72]);
  assert.deepEqual(await areaWith({ marginRight: "12.7mm" }), [0, 0, width - 36, height]);
  assert.deepEqual(await areaWith({ marginBottom: "48" }), [0, 0, width, height - 36]);
  assert.deepEqual(await areaWith({ marginLeft: "96px" }), [72, 0, width - 72, height]);
  assert.deepEqual(await areaWith({ margin: "1in", marginTop: "0", marginLeft: "0.5in" }), [
    ...[36, 0, width - 36 - 72, height - 72],
  ]);
});

/** A document of four pages by its own rules, in part wider than the window. */
const broken = `<style>@page { size: A5 landscape; margin: 20mm; } @page :first { size: 50mm 50mm; } @page wide { size: A3; }
  body { margin: 0; } section { height: 733.4px; break-after: page; } .wide { page: wide; width: 1500px; height: 10px; }</style>
  ${"<section>Text</section>".repeat(4)}<div class="wide"></div><p style="margin-bottom: 0.4px">End</p>`;

test("paper and orientation of the caller win over the document's own rules", async () => {
  const plain = await print({ html: broken });
  const wide = await print({ html: broken }, { landscape: true });
  assert.ok(plain.pages.length > 3);
  for (const page of plain.pages) assert.deepEqual(page, [595, 842]);
  for (const page of wide.pages) assert.deepEqual(page, [842, 595]);
});

test("margins of the caller win over the document's own, side by side", async () => {
  const html = `<style>@page { size: A5; margin: 1in; } @page :first { margin: 2in; }</style><body style="margin: 0">Text`;
  const areaWith = async (pdf: Partial<CaptureSpec["pdf"]>): Promise<number[]> =>
    printedArea((await print({ html }, pdf)).bytes);
  const [width, height] = [595, 842];
  assert.deepEqual(await areaWith({}), [144, 144, width - 288, height - 288]);
  assert.deepEqual(await areaWith({ margin: "0" }), [0, 0, width, height]);
  assert.deepEqual(await areaWith({ marginLeft: "0.5in" }), [
    36,
    144,
    width - 144 - 36,
    height - 288,
  ]);
});

test("with fitOnePage there is one page, whatever the document's own rules say", async () => {
  const height = 4 * 733.4 + 10;
  for (const [options, pdf, margin] of [
    [{}, {}, 0],
    [{}, { margin: "1in" }, 72],
    [{}, { landscape: true }, 0],
    [{ media: "Screen" as const }, {}, 0],
  ] as const) {
    const { pages } = await print({ html: broken, ...options }, { fitOnePage: true, ...pdf });
    assert.equal(pages.length, 1);
    const [pageWidth, pageHeight] = pages[0] ?? assert.fail();
    assert.ok(Math.abs(pageWidth - (1125 + 2 * margin)) <= 1, `${pageWidth} pt wide`);
    const least = height * 0.75 + 2 * margin;
    assert.ok(pageHeight >= least && pageHeight < least * 1.05, `${pageHeight} pt high`);
  }
});

test("with fitOnePage a first screen as high as the window keeps its height", async () => {
  const { pages, drawing } = await print("/hero", { fitOnePage: true, printBackground: true });
  assert.deepEqual(pages, [[960, Math.round((1024 + 2000 + 1) * 0.75)]]);
  for (const block of ["0 0 1280 1024 re", "0 1024 1280 2000 re"])
    assert.ok(drawing.includes(block), `no ${block} in the document`);
});

test("canvases are printed, also those drawn with WebGL", async () => {
  const { bytes } = await print("/rest/canvases");
  const streams = documentStreams(bytes).map((stream) => Buffer.from(stream, "latin1"));
  for (const name of ["violet", "orange"] as const) {
    const pixels = Buffer.from(Array(4).fill(colours[name]).flat());
    assert.ok(
      streams.some((stream) => stream.includes(pixels)),
      `no ${name} in the document`,
    );
  }
});

test("margins leave room, each side its own", async () => {
  const html = `<body style="margin: 0"><div style="height: 1100px">Text</div>`;
  assert.equal((await print({ html })).pages.length, 1);
  assert.equal((await print({ html }, { margin: "20mm" })).pages.length, 2);
  assert.equal(
    (await print({ html }, { margin: "20mm", marginTop: "0", marginBottom: "0px" })).pages.length,
    1,
  );
  assert.equal((await print({ html }, { marginTop: "2cm" })).pages.length, 2);
  assert.equal((await print({ html }, { marginBottom: "1in" })).pages.length, 2);
  const narrow = `<body style="margin: 0; font: 16px monospace">${"word ".repeat(2500)}`;
  const wide = (await print({ html: narrow })).pages.length;
  assert.ok((await print({ html: narrow }, { marginLeft: "50mm" })).pages.length > wide);
  assert.ok((await print({ html: narrow }, { marginRight: "50mm" })).pages.length > wide);
});

test("a transparent background is transparent in PNG and WebP", async () => {
  const html = `<body style="margin: 0"><div style="width: 100px; height: 100px; background: rgb(220, 30, 40)"></div>`;
  for (const format of ["PNG", "WebP"] as const) {
    const white = await fixture.capture({ html, format });
    const clear = await fixture.capture({ html, format, background: "Transparent" });
    assert.equal((await sharp(white.bytes).stats()).isOpaque, true);
    assert.equal((await sharp(clear.bytes).stats()).isOpaque, false);
    const pixels = await sharp(clear.bytes).ensureAlpha().raw().toBuffer();
    assert.equal(pixels[3], 255);
    assert.equal(pixels[(200 * 1280 + 200) * 4 + 3], 0);
    assertColour(await decodePicture(clear.bytes), { x: 50, y: 50 }, colours.red, 12);
  }
});

test("a picture is scaled to fit a box, in every format", async () => {
  for (const [format, name] of [
    ["PNG", "png"],
    ["JPEG", "jpeg"],
    ["WebP", "webp"],
  ] as const) {
    const { picture, captured } = await fixture.captureDecoded({
      url: "/corners",
      format,
      resize: { widthPixels: 320, heightPixels: 1000 },
    });
    assert.equal(picture.format, name);
    assertSize(picture, 320, 256);
    assert.deepEqual([captured.widthPixels, captured.heightPixels], [320, 256]);
    assertColour(picture, { x: 10, y: 10 }, colours.red, 12);
    assertColour(picture, { x: 310, y: 246 }, colours.yellow, 12);
  }
});

test("one edge is enough, and small pictures grow", async () => {
  const byHeight = await fixture.captureDecoded({ url: "/corners", resize: { heightPixels: 512 } });
  const byWidth = await fixture.captureDecoded({
    url: "/corners",
    clip: { xPixels: 0, yPixels: 0, widthPixels: 100, heightPixels: 50 },
    resize: { widthPixels: 300 },
  });

  assertSize(byHeight.picture, 640, 512);
  assertSize(byWidth.picture, 300, 150);
  assertColour(byWidth.picture, { x: 150, y: 75 }, colours.red);
});
