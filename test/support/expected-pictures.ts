import assert from "node:assert/strict";
import { assertColour, assertSize, type DecodedPicture } from "./picture.ts";
import { articleImageMiddle, articleLayout } from "./site/article.ts";
import { colourOf, colours, type Colour } from "./site/colours.ts";
import { productMiddle, shopLayout } from "./site/shop.ts";

/**
 * What a picture of a page of the site must show, by its size and by known colours at known pixels, for integration and e2e
 * tests. Viewports are 1280 by 1024; JPEG and WebP may be a little off.
 */
export const expectedPictures = {
  shop: (picture) => {
    assertSize(picture, 1280, 1024);
    assertPixel(picture, { x: 10, y: 10 }, colours.navy);
    assertPixel(picture, { x: 10, y: 100 }, colours.yellow);
    const inView = products().filter((index) => productMiddle(index).y < 1000);
    assert.equal(inView.length, 18);
    for (const index of inView) assertPixel(picture, productMiddle(index), colourOf(index));
  },

  /** The sticky header is there once. */
  wholeShop: (picture) => {
    assertSize(picture, 1280, 64 + 240 + 8 * 260 + 80);
    for (const index of products()) assertPixel(picture, productMiddle(index), colourOf(index));
    assertPixel(picture, { x: 10, y: 10 }, colours.navy);
    const leftEdge = { x: 5, y: shopLayout.headerHeight, width: 1, height: 2400 };
    assert.equal(picture.count(leftEdge, isColour(colours.navy)), 0);
  },

  /** The element `.banner` alone, its heading in the middle. */
  bannerOfShop: (picture) => {
    assertSize(picture, 1280, shopLayout.bannerHeight);
    for (const x of [1, 1278])
      for (const y of [1, shopLayout.bannerHeight - 2])
        assertPixel(picture, { x, y }, colours.yellow);
    assert.ok(picture.count({ x: 440, y: 70, width: 400, height: 100 }, isInk) > 1000);
  },

  wholeArticle: (picture) => {
    assertSize(picture, 1280, articleLayout.sections * articleLayout.sectionHeight);
    for (let index = 0; index < articleLayout.sections; index += 1)
      assertPixel(picture, articleImageMiddle(index), colourOf(index));
  },

  /** The line set in the web font is a plain bar; in any other font it has gaps and ends elsewhere. */
  fonts: (picture) => {
    assertSize(picture, 1280, 1024);
    const bar = { x: 41, y: 41, width: 398, height: 98 };
    assert.equal(picture.count(bar, isColour(colours.violet)), bar.width * bar.height);
    assertPixel(picture, { x: 445, y: 90 }, colours.white);
  },

  languages: (picture) => {
    assertSize(picture, 1280, 1024);
    // Only what the page brings fonts for, and what any font has; the rest depends on the machine.
    for (const line of [0, 1, 6, 7]) {
      const area = { x: 40, y: line * 80, width: 600, height: 80 };
      assert.ok(picture.count(area, isInk) > 1000, `Line ${line + 1} has no text`);
    }
    // The ideograph for "one" is a bar in the middle; the box that stands for a missing glyph has edges and no middle.
    assert.ok(picture.count({ x: 60, y: 36, width: 20, height: 10 }, isInk) > 30);
    assert.equal(picture.count({ x: 40, y: 8, width: 56, height: 20 }, isInk), 0);
    assert.equal(picture.count({ x: 40, y: 54, width: 56, height: 20 }, isInk), 0);
    assert.ok(picture.count({ x: 40, y: 560, width: 64, height: 80 }, isYellow) > 800);
  },

  neverIdle: (picture) => {
    assertSize(picture, 1280, 1024);
    assertPixel(picture, { x: 600, y: 150 }, colours.teal);
    assertPixel(picture, { x: 600, y: 600 }, colours.white);
  },

  slowThirdParty: (picture) => {
    assertSize(picture, 1280, 1024);
    assertPixel(picture, { x: 600, y: 100 }, colours.blue);
    assertPixel(picture, { x: 200, y: 300 }, colours.green);
    assertPixel(picture, { x: 600, y: 600 }, colours.white);
  },

  consentAsked: (picture) => {
    assertSize(picture, 1280, 1024);
    assertPixel(picture, consent.content, colours.grey);
    assertPixel(picture, consent.bottom, colours.navy);
  },

  /** With `consentSelectors` hidden. */
  consentHidden: (picture) => {
    assertSize(picture, 1280, 1024);
    assertPixel(picture, consent.content, colours.green);
    assertPixel(picture, consent.bottom, colours.green);
    assertPixel(picture, consent.frame, colours.yellow);
  },

  endOfRedirects: (picture) => {
    assertSize(picture, 1280, 1024);
    assertPixel(picture, { x: 600, y: 200 }, colours.green);
    assertPixel(picture, { x: 600, y: 600 }, colours.white);
  },
} as const satisfies Record<string, (picture: DecodedPicture) => void>;

/** The elements that cover the page "/consent". */
export const consentSelectors: readonly string[] = ["#consent", "#veil", ".promo"];

const consent = {
  content: { x: 200, y: 400 },
  bottom: { x: 1000, y: 900 },
  frame: { x: 750, y: 150 },
} as const;

function assertPixel(
  picture: DecodedPicture,
  at: { x: number; y: number },
  expected: Colour,
): void {
  assertColour(picture, at, expected, picture.format === "png" ? undefined : 12);
}

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
