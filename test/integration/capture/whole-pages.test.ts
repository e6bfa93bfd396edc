import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize, type DecodedPicture } from "../../support/picture.ts";
import { colourOf, colours, type Colour } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const viewport = { widthPixels: 800, heightPixels: 600, deviceScalePercent: 100 };
const algorithms = ["Default", "BySections"] as const;

async function capture(url: string, options: Partial<Parameters<typeof fixture.capture>[0]> = {}) {
  const more = typeof options === "string" ? {} : options;
  const spec = { url, extent: "FullPage" as const, viewport, ...more };
  return await fixture.captureDecoded(spec);
}

/** How many pixels of a column have the colour. */
function countInColumn(picture: DecodedPicture, x: number, [red, green, blue]: Colour): number {
  const column = { x, y: 0, width: 1, height: picture.height };
  return picture.count(column, (colour) =>
    [red, green, blue].every((channel, index) => Math.abs(channel - (colour[index] ?? 0)) <= 3),
  );
}

for (const [pane, title] of [
  ["100%", "as high as the window"],
  ["560px", "of a fixed height"],
] as const)
  test(`an app whose content scrolls in a pane ${title} is captured with all of it`, async () => {
    const { picture, captured } = await capture(`/whole/app?pane=${encodeURIComponent(pane)}`);

    assert.ok(picture.height >= 4000 && picture.height < 4100, `${picture.height} pixels high`);
    for (let index = 0; index < 8; index += 1)
      assertColour(picture, { x: 400, y: index * 500 + 250 }, colourOf(index));
    assertColour(picture, { x: 100, y: 300 }, colours.navy);
    assert.deepEqual(captured.warnings, []);
  });

for (const algorithm of algorithms) {
  const fullPage = { scroll: true, algorithm };

  test(`${algorithm}: what appears in view and goes out of it is all there`, async () => {
    const { picture } = await capture("/whole/reveal", { fullPage });

    assertSize(picture, 800, 4200);
    for (const x of [5, 400, 795]) assert.equal(countInColumn(picture, x, colours.teal), 4200);
  });

  test(`${algorithm}: what is fixed or sticky is there once, and a first screen keeps its height`, async () => {
    const { picture } = await capture("/whole/overlays", { fullPage });

    assertSize(picture, 800, 600 + 30 + 2500);
    assert.equal(countInColumn(picture, 400, colours.navy), 40);
    assert.equal(countInColumn(picture, 400, colours.pink), 100);
    assert.equal(countInColumn(picture, 20, colours.pink), 0);
    assertColour(picture, { x: 400, y: 20 }, colours.navy);
    assertColour(picture, { x: 400, y: 300 }, colours.pink);
    assertColour(picture, { x: 400, y: 570 }, colours.red);
    assertColour(picture, { x: 400, y: 615 }, colours.orange);
    assertColour(picture, { x: 400, y: 3125 }, colourOf(4));
  });

  test(`${algorithm}: a list that has only the rows in view is captured with all rows`, async () => {
    const { picture } = await capture("/whole/virtual", { fullPage });

    assertSize(picture, 800, 4800);
    for (let row = 0; row < 60; row += 1)
      assertColour(picture, { x: 400, y: row * 80 + 40 }, colourOf(row));
  });

  test(`${algorithm}: a page that snaps and scrolls smoothly is captured from its top`, async () => {
    const { picture } = await capture("/whole/snapping", { fullPage });

    assertSize(picture, 800, 3600);
    for (let index = 0; index < 6; index += 1)
      assertColour(picture, { x: 400, y: index * 600 + 300 }, colourOf(index));
  });

  test(`${algorithm}: frames below the first screen are painted, those of other sites, too`, async () => {
    const { picture, captured } = await capture("/whole/frames", { fullPage });

    assert.deepEqual(captured.warnings, []);
    for (const y of [5200, 5550, 5900]) assertColour(picture, { x: 200, y }, colours.violet);
  });

  test(`${algorithm}: sections that the browser skips are painted and measured`, async () => {
    const { picture } = await capture("/whole/skipped", { fullPage });

    assertSize(picture, 800, 4500);
    for (let index = 0; index < 9; index += 1)
      assertColour(picture, { x: 400, y: index * 500 + 250 }, colourOf(index));
  });
}

test("a first screen that a script fits to the window keeps its height", async () => {
  const { picture } = await capture("/whole/scripted-hero");

  assertSize(picture, 800, 600 + 300 + 2000);
  assertColour(picture, { x: 400, y: 590 }, colours.blue);
  assertColour(picture, { x: 400, y: 890 }, colours.yellow);
  assertColour(picture, { x: 400, y: 910 }, colourOf(0));
});

test("slow images come, however they are loaded", async () => {
  const { picture, captured } = await capture("/whole/loaders?milliseconds=700");

  assertSize(picture, 800, 4800);
  for (let index = 0; index < 12; index += 1)
    assertColour(picture, { x: 200, y: index * 400 + 200 }, colourOf(index));
  assert.deepEqual(captured.warnings, []);
});

test("what had not loaded in time is counted and named in a warning", async () => {
  const { captured } = await capture("/whole/loaders?milliseconds=60000", {
    captureTimeoutSeconds: 20,
    wait: { until: ["DOMContentLoaded"], delaySeconds: 0 },
  });

  const warnings = captured.warnings.filter((warning) => /had not loaded after/.test(warning));
  assert.equal(warnings.length, 1, captured.warnings.join("\n"));
  assert.match(warnings[0] ?? "", /^\d+ images of the page.*\/whole\/image\)/);
});

test("a page does not notice that it is captured", async () => {
  const whole = await capture("/whole/sensitive");
  const clipped = await capture("/whole/sensitive", {
    extent: "Viewport",
    clip: { xPixels: 0, yPixels: 1000, widthPixels: 100, heightPixels: 100 },
  });

  assertSize(whole.picture, 800, 3000);
  assert.equal(countInColumn(whole.picture, 400, colours.green), 3000);
  assert.equal(countInColumn(clipped.picture, 50, colours.green), 100);
});

for (const scroll of [true, false])
  test(`an anchor does not move the header, with scroll ${scroll}`, async () => {
    const { picture } = await capture("/whole/parts#part-3", { fullPage: { scroll } });

    assertSize(picture, 800, 4550);
    assertColour(picture, { x: 400, y: 25 }, colours.navy);
    assert.equal(countInColumn(picture, 400, colours.navy), 50);
    assertColour(picture, { x: 400, y: 4500 }, colourOf(4));
  });

test("a page taller than any window is joined from parts, each once", async () => {
  const { picture, captured } = await capture("/whole/tower?bands=24", {
    viewport: { widthPixels: 400, heightPixels: 600, deviceScalePercent: 100 },
    captureTimeoutSeconds: 120,
  });

  assertSize(picture, 400, 24_000);
  assert.deepEqual(captured.warnings, []);
  assertColour(picture, { x: 50, y: 20 }, colours.navy);
  for (let index = 0; index < 24; index += 1)
    for (const y of [index * 1000 + 50, index * 1000 + 995]) {
      assertColour(picture, { x: 50, y }, colourOf(index));
      assertColour(picture, { x: 200, y }, colourOf(index + 1));
    }
});

test("a picture that takes more memory than the browser has is joined from parts", async () => {
  const { picture } = await fixture.captureDecoded(
    { url: "/tall?height=5000", extent: "FullPage", viewport },
    { mostPixelsAtOnce: 800 * 1300 },
  );

  assertSize(picture, 800, 5000);
  for (let index = 0; index < 5; index += 1)
    for (const y of [index * 1000 + 5, index * 1000 + 995])
      assertColour(picture, { x: 400, y }, colourOf(index));
});

test("what opens or is filled when it is seen keeps its height", async () => {
  const { picture } = await capture("/whole/accordion");

  assertSize(picture, 800, 2000 + 400 + 600 + 500);
  assertColour(picture, { x: 400, y: 2200 }, colours.orange);
  assertColour(picture, { x: 400, y: 2900 }, colours.teal);
  assertColour(picture, { x: 400, y: 3400 }, colourOf(4));
});

for (const beyondViewport of [true, false])
  test(`a phone stays one while its window grows, with beyondViewport: ${beyondViewport}`, async () => {
    const { picture } = await fixture.captureDecoded({
      html: `<body style="margin: 0; height: 3000px; background: #00ff00"><script>
        const check = () => { if (navigator.maxTouchPoints === 0) document.body.style.background = "#ff0000"; };
        check();
        addEventListener("resize", check);
      </script>`,
      viewport: { widthPixels: 400, heightPixels: 800, deviceScalePercent: 100, mobile: true },
      extent: "FullPage",
      beyondViewport,
    });
    for (const y of [10, 2_900]) assertColour(picture, { x: 200, y }, [0, 255, 0], 0);
  });
