import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { colourOf, colours } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const viewport = { widthPixels: 800, heightPixels: 600, deviceScalePercent: 100 };

async function captureElement(url: string, selector: string) {
  return await fixture.captureDecoded({
    ...{ url, viewport, extent: "Element", captureTimeoutSeconds: 30 },
    element: { selector, whenMissing: "Fail" },
  });
}

test("headers, bubbles and dialogs that are no part of an element are not on it", async () => {
  const { picture, captured } = await captureElement("/element/covered", "#card");

  assertSize(picture, 700, 550);
  assertColour(picture, { x: 350, y: 10 }, colours.blue);
  const rest = { x: 0, y: 51, width: 700, height: 499 };
  const green = picture.count(rest, (colour) => colour.join() === colours.green.join());
  assert.equal(green, rest.width * rest.height);
  assert.deepEqual(captured.warnings, []);
});

test("what else covers an element is named", async () => {
  const { captured } = await captureElement("/element/boxless", "#veiled");

  assert.equal(captured.warnings.length, 1);
  assert.match(captured.warnings[0] ?? "", /"#veiled" is covered by div#veil\.veil/);
});

test("an element larger than the pane it scrolls in is captured with all of it", async () => {
  const { picture } = await captureElement("/element/pane", "#content");

  assertSize(picture, 400, 900);
  assertColour(picture, { x: 395, y: 440 }, colours.blue);
  assertColour(picture, { x: 395, y: 890 }, colours.yellow);
});

test("an element taller than the window has all its lazy images", async () => {
  const { picture } = await captureElement("/element/tall", "#list");

  assertSize(picture, 400, 4000);
  for (let index = 0; index < 8; index += 1)
    assertColour(picture, { x: 200, y: index * 500 + 250 }, colourOf(index));
});

for (const selector of ["#contents", "#floating"])
  test(`${selector}, which has no size, is captured with what it contains`, async () => {
    const { picture } = await captureElement("/element/boxless", selector);

    assertSize(picture, 120, 80);
    assertColour(picture, { x: 60, y: 40 }, colours.violet);
  });

for (const [selector, why] of [
  ["#none", /the element that matches is not displayed \(display: none\)/],
  ["#unseen", /the element that matches is hidden \(visibility: hidden\)/],
  ["#flat", /the element that matches has no size \(\d+ x 0 pixels\)/],
] as const)
  test(`${selector} cannot be captured, and the sentence says why`, async () => {
    await assert.rejects(captureElement("/element/boxless", selector), {
      reason: "SelectorNotFound",
      message: why,
    });
  });

test("an element outside the window is captured, one outside the page is refused", async () => {
  const { picture } = await captureElement("/element/outside", "#right");

  assertSize(picture, 200, 100);
  assertColour(picture, { x: 100, y: 50 }, colours.teal);
  await assert.rejects(captureElement("/element/outside", "#left"), {
    reason: "SelectorNotFound",
    message: /outside the page/,
  });
});

test("a page that is blank when it has loaded is waited for, and that is said", async () => {
  const window = await fixture.captureDecoded({ url: "/late-paint", viewport });
  const whole = await fixture.captureDecoded({ url: "/late-paint", viewport, extent: "FullPage" });

  assertColour(window.picture, { x: 400, y: 100 }, colours.green);
  assertSize(whole.picture, 800, 2000);
  for (const { captured } of [window, whole]) {
    assert.equal(captured.warnings.length, 1, captured.warnings.join());
    assert.match(captured.warnings[0] ?? "", /^The page was blank when it had loaded; .* s later/);
  }
});

test("a blank picture of a page that is not empty is taken once more, and that is said", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    ...{ url: "/late-paint?splash&milliseconds=1500", viewport },
  });

  assertColour(picture, { x: 400, y: 100 }, colours.green);
  assert.match(captured.warnings.join(), /^The picture was blank at first and was taken again/);
});

test("a picture of which most is empty is taken once more, or it is said where", async () => {
  const options = { viewport, extent: "FullPage" } as const;
  const late = await fixture.captureDecoded({ url: "/late-lower-half", ...options });
  const never = await fixture.captureDecoded({ url: "/late-lower-half?never", ...options });

  assertColour(late.picture, { x: 700, y: 3500 }, colourOf(2));
  assert.match(late.captured.warnings.join(), /^The picture was half empty at first/);
  assert.match(
    never.captured.warnings.join(),
    /^The picture has one colour from \d+ to 3700 CSS pixels, where the page has text/,
  );
});

test("a time-out of the capture names what was still loading", async () => {
  const wait = { until: ["Load" as const], delaySeconds: 0 };
  await assert.rejects(
    fixture.capture({ url: "/waits-for", wait, captureTimeoutSeconds: 3 }),
    ({ message }: Error) => {
      assert.match(message, /Still loading: .*\/hostile\/drip/);
      assert.match(message, /\/hostile\/never/);
      return true;
    },
  );
});

/** A document of 5,000 pixels, scrolled down; half a second after the scrolling a part of it turns green. */
function scrolledPage(greenTopPixels: number): Parameters<typeof fixture.captureDecoded>[0] {
  const box = (topPixels: number): string =>
    `position: absolute; top: ${topPixels}px; width: 300px; height: 200px`;
  return {
    html: `<body style="margin: 0; height: 5000px">
      <div id="target" style="position: absolute; top: 3000px; width: 10px; height: 10px"></div>
      <div style="${box(greenTopPixels === 3000 ? 0 : 3000)}; background: rgb(30, 80, 220)"></div>
      <div id="late" style="${box(greenTopPixels)}"></div>
      <script>addEventListener("scroll", () => setTimeout(() => { late.style.background = "rgb(20, 160, 70)"; }, 500), { once: true })</script>`,
    scrollIntoView: { selector: "#target", adjustTopPixels: 0, whenMissing: "Fail" },
    viewport,
  };
}

test("whether a picture of a scrolled window is blank is seen in that window", async () => {
  const blankAtFirst = await fixture.captureDecoded(scrolledPage(3000));
  const blankAbove = await fixture.captureDecoded(scrolledPage(0));

  assertColour(blankAtFirst.picture, { x: 100, y: 100 }, colours.green);
  assert.match(
    blankAtFirst.captured.warnings.join(),
    /^The picture was blank at first and was taken again/,
  );
  assertColour(blankAbove.picture, { x: 100, y: 100 }, colours.blue);
  assert.deepEqual(blankAbove.captured.warnings, []);
});
