import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { articleImageMiddle } from "../../support/site/article.ts";
import { colourOf, colours } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const noScroll = { scroll: false };

for (const [format, mediaType, name, tolerance] of [
  ["PNG", "image/png", "png", 0],
  ["JPEG", "image/jpeg", "jpeg", 12],
  ["WebP", "image/webp", "webp", 12],
  ["GIF", "image/gif", "gif", 12],
  ["TIFF", "image/tiff", "tiff", 0],
  ["AVIF", "image/avif", "heif", 12],
] as const)
  test(`format ${format} gives that format, its media type and the colours of the page`, async () => {
    const { picture, captured } = await fixture.captureDecoded({ url: "/corners", format });

    assert.equal(picture.format, name);
    assert.equal(captured.mediaType, mediaType);
    assertSize(picture, 1280, 1024);
    assert.deepEqual([captured.widthPixels, captured.heightPixels], [1280, 1024]);
    assertColour(picture, { x: 50, y: 50 }, colours.red, tolerance);
    assertColour(picture, { x: 1230, y: 50 }, colours.green, tolerance);
    assertColour(picture, { x: 50, y: 974 }, colours.blue, tolerance);
    assertColour(picture, { x: 1230, y: 974 }, colours.yellow, tolerance);
    assertColour(picture, { x: 640, y: 512 }, colours.white, tolerance);
  });

for (const format of ["JPEG", "WebP", "AVIF"] as const)
  test(`quality makes a ${format} smaller`, async () => {
    const coarse = await fixture.capture({ url: "/shop", format, quality: 10 });
    const fine = await fixture.capture({ url: "/shop", format, quality: 95 });

    const sizes = `${coarse.bytes.length} bytes with quality 10, ${fine.bytes.length} with 95`;
    assert.ok(coarse.bytes.length * 2 < fine.bytes.length, sizes);
  });

test("the viewport has the size that was asked for", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/corners",
    viewport: { widthPixels: 400, heightPixels: 777, deviceScalePercent: 100 },
  });

  assertSize(picture, 400, 777);
  assertColour(picture, { x: 390, y: 770 }, colours.yellow);
});

for (const [percent, width, height] of [
  [150, 600, 450],
  [300, 1200, 900],
] as const)
  test(`a device scale of ${percent} % gives that many more pixels`, async () => {
    const { picture, captured } = await fixture.captureDecoded({
      url: "/corners",
      viewport: { widthPixels: 400, heightPixels: 300, deviceScalePercent: percent },
    });

    assertSize(picture, width, height);
    assert.deepEqual([captured.widthPixels, captured.heightPixels], [width, height]);
    const edge = percent - 3;
    assertColour(picture, { x: edge, y: edge }, colours.red);
    assertColour(picture, { x: width - edge, y: height - edge }, colours.yellow);
  });

test("a picture of the viewport ends where the viewport ends", async () => {
  const { picture } = await fixture.captureDecoded({ url: "/tall?height=5000" });

  assertSize(picture, 1280, 1024);
  assertColour(picture, { x: 640, y: 1010 }, colourOf(1));
});

test("a picture of 20,000 pixels shows every band in its place", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/tall?height=20000",
    extent: "FullPage",
    fullPage: noScroll,
  });

  assertSize(picture, 1280, 20_000);
  assert.deepEqual([captured.widthPixels, captured.heightPixels], [1280, 20_000]);
  for (let band = 0; band < 20; band += 1) {
    assertColour(picture, { x: 640, y: band * 1000 + 2 }, colourOf(band));
    assertColour(picture, { x: 640, y: band * 1000 + 997 }, colourOf(band));
  }
});

test("a whole page in JPEG may be taller than one in WebP", async () => {
  const tall = { url: "/tall?height=17000", extent: "FullPage", fullPage: noScroll } as const;

  const { picture } = await fixture.captureDecoded({ ...tall, format: "JPEG" });

  assertSize(picture, 1280, 17_000);
  assertColour(picture, { x: 640, y: 16_900 }, colourOf(16), 12);
  await assert.rejects(fixture.capture({ ...tall, format: "WebP" }), {
    reason: "PictureTooLarge",
    message:
      "The picture would be 1280 x 17000 pixels, but WebP holds at most 16383 pixels in width and height. Set fullPage.maxHeightPixels to 16383 or less, or a lower viewport.deviceScalePercent, or another format",
  });
});

test("a page too tall for a format is refused before it is drawn", async () => {
  for (const [format, most] of [
    ["AVIF", 16_384],
    ["GIF", 65_535],
  ] as const)
    await assert.rejects(
      fixture.capture({
        url: "/corners",
        format,
        viewport: { widthPixels: 100, heightPixels: most + 1, deviceScalePercent: 100 },
      }),
      {
        reason: "PictureTooLarge",
        message: `The picture would be 100 x ${most + 1} pixels, but ${format} holds at most ${most} pixels in width and height. Choose a smaller viewport or clip, or a lower viewport.deviceScalePercent, or another format`,
      },
    );
});

test("a whole page in TIFF may be taller than one in AVIF, and loses nothing", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/tall?height=17000",
    extent: "FullPage",
    fullPage: noScroll,
    format: "TIFF",
  });

  assertSize(picture, 1280, 17_000);
  for (let band = 0; band < 17; band += 1)
    assertColour(picture, { x: 640, y: band * 1000 + 997 }, colourOf(band));
});

for (const format of ["GIF", "TIFF", "AVIF"] as const)
  test(`a ${format} fits the box, and areas without paint are white`, async () => {
    const { picture } = await fixture.captureDecoded({
      url: "/corners",
      format,
      resize: { widthPixels: 320 },
    });

    assertSize(picture, 320, 256);
    assertColour(picture, { x: 12, y: 12 }, colours.red, 12);
    assertColour(picture, { x: 160, y: 128 }, colours.white, 12);
  });

test("a whole page at twice the scale is measured in the picture's own pixels", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/tall?height=3000",
    extent: "FullPage",
    fullPage: noScroll,
    viewport: { widthPixels: 500, heightPixels: 400, deviceScalePercent: 200 },
  });

  assertSize(picture, 1000, 6000);
  assertColour(picture, { x: 500, y: 5990 }, colourOf(2));
});

test("a window-high first screen keeps its height in a picture of the whole page", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/hero",
    extent: "FullPage",
    fullPage: noScroll,
  });

  assertSize(picture, 1280, 3024);
  assertColour(picture, { x: 640, y: 25 }, colours.navy);
  assertColour(picture, { x: 640, y: 1020 }, colours.blue);
  assertColour(picture, { x: 640, y: 1030 }, colours.orange);
  assertColour(picture, { x: 640, y: 3020 }, colours.orange);
});

test("without scrolling, lazy images do not load", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/article",
    extent: "FullPage",
    fullPage: noScroll,
  });

  assertSize(picture, 1280, 12_000);
  assertColour(picture, articleImageMiddle(19), [221, 221, 221]);
});

test("scrolling uses the given steps and pauses, and ends at the top", async () => {
  const visitsBefore = fixture.site.visited.length;

  await fixture.capture({
    url: "/scroll-log",
    extent: "FullPage",
    fullPage: { scroll: true, scrollDelayMilliseconds: 1000, scrollByPixels: 700 },
  });

  const steps = fixture.site.visited
    .slice(visitsBefore)
    .filter((path) => path.startsWith("/scrolled"))
    .map((path) => new URL(path, "http://site").searchParams)
    .map((query) => ({ top: Number(query.get("top")), at: Number(query.get("at")) }))
    .toSorted((one, other) => one.at - other.at)
    // Afterwards the page is told that it was scrolled, without being scrolled.
    .slice(0, 4);
  assert.deepEqual(
    steps.map(({ top }) => top),
    [700, 1400, 1976, 0],
  );
  // An event may come late on a busy machine, so a pause is told from the default of 400 by half of it.
  for (const [index, step] of steps.slice(1).entries())
    assert.ok(step.at - (steps[index]?.at ?? 0) >= 500, "The pause was too short");
});

test("fullPage.maxHeightPixels cuts the picture", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/tall?height=20000",
    extent: "FullPage",
    fullPage: { scroll: true, scrollDelayMilliseconds: 100, maxHeightPixels: 1500 },
  });

  assertSize(picture, 1280, 1500);
  assertColour(picture, { x: 640, y: 1495 }, colourOf(1));
  assert.deepEqual(captured.warnings, []);
});

test("an element is captured alone, also below the fold and taller than the window", async () => {
  const below = await fixture.captureDecoded(element("#below"));
  const tallest = await fixture.captureDecoded(element("#tallest"));

  assertSize(below.picture, 400, 150);
  assertColour(below.picture, { x: 0, y: 0 }, colours.blue);
  assertColour(below.picture, { x: 399, y: 149 }, colours.blue);
  assertSize(tallest.picture, 100, 2500);
  assertColour(tallest.picture, { x: 50, y: 5 }, colours.green);
  assertColour(tallest.picture, { x: 50, y: 2490 }, colours.violet);
});

test("the first visible match is captured, also one that appears late", async () => {
  const many = await fixture.captureDecoded(element(".many"));
  const late = await fixture.captureDecoded(element("#late"));

  assertSize(many.picture, 60, 60);
  assertColour(many.picture, { x: 30, y: 30 }, colours.orange);
  assertSize(late.picture, 80, 80);
  assertColour(late.picture, { x: 40, y: 40 }, colours.pink);
});

test("an element at fractions of a pixel is captured completely, at any scale", async () => {
  const { picture } = await fixture.captureDecoded(element("#fraction"));
  const doubled = await fixture.captureDecoded({
    ...element("#first"),
    viewport: { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 200 },
  });

  assertSize(picture, 101, 51);
  assertColour(picture, { x: 50, y: 25 }, colours.teal);
  assertSize(doubled.picture, 600, 400);
  assertColour(doubled.picture, { x: 599, y: 399 }, colours.red);
});

test("with whenMissing: CaptureExtent a missing element leaves the viewport", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/corners",
    extent: "Element",
    element: { selector: "#nothing", whenMissing: "CaptureExtent" },
    captureTimeoutSeconds: 8,
  });

  assertSize(picture, 1280, 1024);
  assertColour(picture, { x: 50, y: 50 }, colours.red);
  assert.deepEqual(captured.warnings, [
    'Nothing visible matched element.selector "#nothing", so the viewport was captured instead',
  ]);
});

test("a clip is measured from the page's corner, also below the viewport", async () => {
  const inside = await fixture.captureDecoded({
    url: "/elements",
    clip: { xPixels: 90, yPixels: 90, widthPixels: 20, heightPixels: 30 },
  });
  const below = await fixture.captureDecoded({
    url: "/elements",
    clip: { xPixels: 0, yPixels: 2950, widthPixels: 500, heightPixels: 100 },
  });

  assertSize(inside.picture, 20, 30);
  assertColour(inside.picture, { x: 9, y: 20 }, colours.white);
  assertColour(inside.picture, { x: 10, y: 20 }, colours.red);
  assertSize(below.picture, 500, 100);
  assertColour(below.picture, { x: 60, y: 49 }, colours.white);
  assertColour(below.picture, { x: 60, y: 51 }, colours.blue);
});

for (const format of ["PNG", "JPEG", "WebP", "GIF", "TIFF", "AVIF"] as const)
  test(`a blank ${format} has a warning, one with a single dot has none`, async () => {
    const blank = await fixture.capture({ url: "/blank", format });
    const coloured = await fixture.capture({
      html: `<body style="background: #246"><div style="height: 3000px">`,
      format,
      extent: "FullPage",
      fullPage: noScroll,
    });
    const dotted = await fixture.capture({ html: "<body style='font-size: 8px'>.", format });

    for (const { warnings } of [blank, coloured]) {
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? "", /^The picture is blank/);
    }
    assert.deepEqual(dotted.warnings, []);
  });

function element(selector: string) {
  return {
    url: "/elements",
    extent: "Element",
    element: { selector, whenMissing: "Fail" },
  } as const;
}
