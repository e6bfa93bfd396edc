import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { colourOf, colours } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const middle = { x: 640, y: 200 };

test("a page that opens one dialog after another is captured", async () => {
  const { picture } = await fixture.captureDecoded("/hostile/dialogs");

  assertColour(picture, middle, colours.violet);
});

test("a page that opens windows is captured", async () => {
  const { picture } = await fixture.captureDecoded("/hostile/popups");

  assertColour(picture, middle, colours.violet);
});

test("a page in an endless loop fails its own capture and no other", async () => {
  const wait = { until: ["Load" as const], delaySeconds: 2 };
  const looping = assert.rejects(
    fixture.capture({ url: "/hostile/loop-after-load", wait, captureTimeoutSeconds: 8 }),
    { reason: "CaptureTimedOut" },
  );
  const { picture } = await fixture.captureDecoded("/corners");

  assertColour(picture, { x: 50, y: 50 }, colours.red);
  await looping;
  await assert.rejects(
    fixture.capture({
      url: "/hostile/loop",
      captureTimeoutSeconds: 60,
      navigationTimeoutSeconds: 5,
    }),
    { reason: "NavigationTimedOut" },
  );
});

test("a page that takes all memory crashes alone", async () => {
  await assert.rejects(
    fixture.capture({
      url: "/hostile/memory",
      captureTimeoutSeconds: 120,
      navigationTimeoutSeconds: 120,
    }),
    { reason: "BrowserFailed", message: /crashed/ },
  );

  const { picture } = await fixture.captureDecoded("/corners");
  assertColour(picture, { x: 50, y: 50 }, colours.red);
});

test("an endless feed is cut, with a warning", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/hostile/infinite",
    extent: "FullPage",
    fullPage: { scroll: true, scrollDelayMilliseconds: 100 },
  });

  assert.ok(picture.height > 5000 && picture.height < 40_000);
  for (let band = 1; band * 1000 < picture.height - 1000; band += 1)
    assertColour(picture, { x: 640, y: 300 + band * 1000 + 500 }, colourOf(band));
  assert.equal(captured.warnings.length, 1);
  assert.match(captured.warnings[0] ?? "", /Set fullPage\.maxHeightPixels to choose where/);
});

test("an endless feed ends at fullPage.maxHeightPixels", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/hostile/infinite",
    extent: "FullPage",
    fullPage: { scroll: true, scrollDelayMilliseconds: 100, maxHeightPixels: 4000 },
  });

  assertSize(picture, 1280, 4000);
});

test("a page that reloads itself for ever is captured", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/hostile/endless-refresh",
    wait: { until: ["Load"], delaySeconds: 1 },
  });

  assertColour(picture, middle, colours.pink);
  assert.equal(captured.warnings.length, 1);
  assert.match(captured.warnings[0] ?? "", /^The page kept going to other addresses/);
});

test("a page that replaces built-in functions does not affect the capture", async () => {
  const { picture } = await fixture.captureDecoded({ url: "/hostile/lying", extent: "FullPage" });
  const element = await fixture.captureDecoded({
    url: "/hostile/lying",
    extent: "Element",
    element: { selector: "#box", whenMissing: "Fail" },
  });

  assertSize(picture, 1280, 2500);
  assertColour(picture, { x: 640, y: 2400 }, colours.green);
  assertSize(element.picture, 1280, 2500);
});

test("a page cannot show a file of the worker in a frame", async () => {
  const { picture } = await fixture.captureDecoded("/hostile/file-frame");

  const frame = { x: 0, y: 0, width: 600, height: 400 };
  const ink = picture.count(frame, ([red, green, blue]) => red + green + blue < 600);
  assert.equal(ink, 0);
});
