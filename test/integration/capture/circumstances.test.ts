import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { colours, type Colour } from "../../support/site/colours.ts";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { CaptureFixture, type CaptureOptions } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const desktop = { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 100 };

async function colourOf(options: CaptureOptions): Promise<Colour> {
  const { picture } = await fixture.captureDecoded(options);
  return picture.colourAt(10, 10);
}

/** The page is red without the option and green with it. */
function turns(title: string, expression: string, options: Partial<CaptureSpec>): void {
  const url = `/holds?expression=${encodeURIComponent(expression)}`;
  test(title, async () => {
    assert.deepEqual(await colourOf({ url }), colours.red);
    assert.deepEqual(await colourOf({ url, ...options }), colours.green);
  });
}

turns("media", "matchMedia('print').matches", { media: "Print" });
turns("reducedMotion", "matchMedia('(prefers-reduced-motion: reduce)').matches", {
  reducedMotion: "Reduce",
});
turns(
  "colorScheme together with media",
  "matchMedia('print and (prefers-color-scheme: dark)').matches",
  {
    media: "Print",
    colorScheme: "Dark",
  },
);
turns("timeZone", "new Date(1.6e12).getTimezoneOffset() === -345", { timeZone: "Asia/Kathmandu" });
turns("locale", "navigator.language === 'de-AT' && (1.5).toLocaleString() === '1,5'", {
  locale: "de-AT",
});
turns("userAgent", "navigator.userAgent === 'Mine/1.0 (test)'", { userAgent: "Mine/1.0 (test)" });
turns(
  "geolocation",
  "new Promise((yes) => navigator.geolocation.getCurrentPosition(({ coords }) => yes(coords.latitude === -33.8568 && coords.longitude === 151.2153 && coords.accuracy === 20), () => yes(false)))",
  {
    geolocation: {
      latitudeMicrodegrees: -33_856_800,
      longitudeMicrodegrees: 151_215_300,
      accuracyMeters: 20,
    },
  },
);
turns("viewport.touch", "navigator.maxTouchPoints > 0 && 'ontouchstart' in window", {
  viewport: { ...desktop, touch: true },
});
turns(
  "viewport.landscape",
  "screen.orientation.type.startsWith('landscape') && screen.orientation.angle === 90",
  {
    viewport: { ...desktop, landscape: true },
  },
);
turns("viewport.mobile", "window.orientation === 0", {
  viewport: { ...desktop, mobile: true },
});
turns(
  "viewport.device",
  "navigator.userAgent.includes('iPhone OS 15_0') && innerWidth === 390 && devicePixelRatio === 3 && navigator.maxTouchPoints > 0",
  {
    viewport: { ...desktop, device: "iphone_13" },
  },
);

test("a device has the size of its window in its own pixels", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/blank",
    viewport: { ...desktop, device: "iphone_13_landscape" },
  });
  assertSize(picture, 844 * 3, 390 * 3);
});

test("a page without a meta viewport is 980 pixels wide on a phone", async () => {
  const options = {
    url: "/corners",
    viewport: { ...desktop, widthPixels: 490, heightPixels: 500 },
  };
  const wide = await fixture.captureDecoded(options);
  const phone = await fixture.captureDecoded({
    ...options,
    viewport: { ...options.viewport, mobile: true },
  });

  assertSize(phone.picture, 490, 500);
  assertColour(wide.picture, { x: 75, y: 75 }, colours.red);
  // A block of 100 pixels shrinks to half.
  assertColour(phone.picture, { x: 75, y: 75 }, colours.white);
  assertColour(phone.picture, { x: 25, y: 25 }, colours.red);
});

for (const [name, value, options] of [
  ["user-agent", "Mine/1.0", { userAgent: "Mine/1.0" }],
  ["accept-language", "pt-BR,pt;q=0.9", { locale: "pt-BR" }],
] as const)
  test(`the host is sent ${name}`, async () => {
    const url = `/sent?name=${name}&value=${encodeURIComponent(value)}`;
    assert.deepEqual(await colourOf({ url }), colours.red);
    assert.deepEqual(await colourOf({ url, ...options }), colours.green);
  });

test("locale keeps the browser's own user agent", async () => {
  const url = `/holds?expression=${encodeURIComponent("/HeadlessChrome|Chrome/.test(navigator.userAgent)")}`;
  assert.deepEqual(await colourOf({ url, locale: "fr" }), colours.green);
});

test("contentSecurityPolicy: Bypass disables the page's policy", async () => {
  assert.deepEqual(await colourOf("/strict"), colours.red);
  assert.deepEqual(
    await colourOf({ url: "/strict", contentSecurityPolicy: "Bypass" }),
    colours.green,
  );
});

test("a time zone or locale that the browser does not know is named", async () => {
  await assert.rejects(fixture.capture({ url: "/blank", timeZone: "Europe/Atlantis" }), {
    reason: "OptionInvalid",
    message: "The browser does not know the value of timeZone; check its spelling",
  });
});
