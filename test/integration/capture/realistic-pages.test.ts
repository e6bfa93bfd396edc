import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { articleImageMiddle, articleLayout } from "../../support/site/article.ts";
import { colourOf, colours, type Colour } from "../../support/site/colours.ts";
import { productMiddle, shopLayout } from "../../support/site/shop.ts";
import { Studio } from "./studio.ts";

const studio = await Studio.open();
after(() => studio[Symbol.asyncDispose]());

test("a shop with 60 sub-resources is captured with every photo that is in view", async () => {
  const visitsBefore = studio.site.visited.length;

  const { picture, taken } = await studio.see("/shop");

  assertSize(picture, 1280, 1024);
  assertColour(picture, { x: 10, y: 10 }, colours.navy);
  assertColour(picture, { x: 10, y: 100 }, colours.yellow);
  const inView = products().filter((index) => productMiddle(index).y < 1000);
  assert.equal(inView.length, 18);
  for (const index of inView) assertColour(picture, productMiddle(index), colourOf(index));
  const visits = studio.site.visited.slice(visitsBefore);
  assert.equal(visits.filter((path) => path.startsWith("/shop/")).length, 60);
  assert.deepEqual(taken.warnings, []);
  assert.deepEqual(Object.keys(taken.timingsMilliseconds), ["navigate", "settle", "capture"]);
});

test("a whole shop shows all photos, and its sticky header once", async () => {
  const { picture } = await studio.see({ url: "/shop", extent: "FullPage" });

  assertSize(picture, 1280, 64 + 240 + 8 * 260 + 80);
  for (const index of products()) assertColour(picture, productMiddle(index), colourOf(index));
  assertColour(picture, { x: 10, y: 10 }, colours.navy);
  const leftEdge = { x: 5, y: shopLayout.headerHeight, width: 1, height: 2400 };
  assert.equal(picture.count(leftEdge, isColour(colours.navy)), 0);
});

test("a whole article of 12,000 pixels shows every lazy image in its place", async () => {
  const { picture, taken } = await studio.see({ url: "/article", extent: "FullPage" });

  assertSize(picture, 1280, articleLayout.sections * articleLayout.sectionHeight);
  for (let index = 0; index < articleLayout.sections; index += 1)
    assertColour(picture, articleImageMiddle(index), colourOf(index));
  assert.deepEqual(taken.warnings, []);
});

test("text waits for its web font", async () => {
  const { picture } = await studio.see("/fonts");

  const bar = { x: 41, y: 41, width: 398, height: 98 };
  assert.equal(picture.count(bar, isColour(colours.violet)), bar.width * bar.height);
  assertColour(picture, { x: 445, y: 90 }, colours.white);
});

test("a web font is waited for even when only the document is", async () => {
  const { picture } = await studio.see({
    url: "/fonts",
    wait: { until: ["DOMContentLoaded"], delaySeconds: 0 },
  });

  assertColour(picture, { x: 42, y: 42 }, colours.violet);
  assertColour(picture, { x: 437, y: 137 }, colours.violet);
});

test("every script is drawn with glyphs, ideographs as such and emoji in colour", async () => {
  const { picture } = await studio.see("/languages");

  for (let line = 0; line < 8; line += 1) {
    const area = { x: 40, y: line * 80, width: 600, height: 80 };
    assert.ok(picture.count(area, isInk) > 1000, `Line ${line + 1} has no text`);
  }
  // The ideograph for "one" is a bar in the middle; the box that stands for a missing glyph has edges and no middle.
  assert.ok(picture.count({ x: 60, y: 36, width: 20, height: 10 }, isInk) > 30);
  assert.equal(picture.count({ x: 40, y: 8, width: 56, height: 20 }, isInk), 0);
  assert.equal(picture.count({ x: 40, y: 54, width: 56, height: 20 }, isInk), 0);
  const emoji = { x: 40, y: 560, width: 64, height: 80 };
  assert.ok(picture.count(emoji, isYellow) > 800);
});

test("a page whose network is never idle is captured all the same, with a warning", async () => {
  const { picture, taken } = await studio.see({
    url: "/never-idle",
    wait: { until: ["Load", "NetworkIdle0", "NetworkIdle2"], delaySeconds: 0 },
    captureTimeoutSeconds: 20,
  });

  assertColour(picture, { x: 600, y: 150 }, colours.teal);
  assert.equal(taken.warnings.length, 1);
  assert.match(taken.warnings[0] ?? "", /^NetworkIdle0 and NetworkIdle2 did not come within \d+ s/);
});

test("a slow third party is waited for", async () => {
  const { picture } = await studio.see("/slow-third-party");

  assertColour(picture, { x: 600, y: 100 }, colours.blue);
  assertColour(picture, { x: 200, y: 300 }, colours.green);
});

test("a consent banner that comes late covers the page, and is gone when its selectors are hidden", async () => {
  const wait = { until: ["Load" as const], selector: "#consent", delaySeconds: 0 };
  const content = { x: 200, y: 400 };
  const bottom = { x: 1000, y: 900 };
  const frame = { x: 750, y: 150 };

  const covered = await studio.see({ url: "/consent", wait });
  const bare = await studio.see({
    url: "/consent",
    wait,
    hideSelectors: ["#consent", "#veil", ".promo"],
  });

  assertColour(covered.picture, content, colours.grey);
  assertColour(covered.picture, bottom, colours.navy);
  assertColour(bare.picture, content, colours.green);
  assertColour(bare.picture, bottom, colours.green);
  assertColour(bare.picture, frame, colours.yellow);
});

test("redirects of the server, a refresh and a script lead to the page at their end", async () => {
  const { picture } = await studio.see("/redirects");

  assertColour(picture, { x: 600, y: 200 }, colours.green);
});

function products(): number[] {
  return Array.from({ length: shopLayout.products }, (_, index) => index);
}

function isColour(expected: Colour): (colour: Colour) => boolean {
  return (colour) =>
    colour.every((channel, index) => Math.abs(channel - (expected[index] ?? 0)) <= 3);
}

function isInk([red, green, blue]: Colour): boolean {
  return red + green + blue < 600;
}

function isYellow([red, green, blue]: Colour): boolean {
  return red > 200 && green > 140 && blue < 120;
}
