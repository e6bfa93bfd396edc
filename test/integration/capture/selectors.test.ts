import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { colours, css } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

/** A box that turns green when it is clicked, in a closed root within an open one, which comes after a while. */
const closedPage = `<body style="margin: 0"><div id="host"></div><script>
setTimeout(() => {
  const open = document.getElementById("host").attachShadow({ mode: "open" });
  open.innerHTML = "<p><span></span></p>";
  const closed = open.querySelector("span").attachShadow({ mode: "closed" });
  closed.innerHTML = '<div class="box" style="width: 120px; height: 80px; background: ${css(colours.red)}"></div>';
  const box = closed.querySelector(".box");
  box.onclick = () => { box.style.background = "${css(colours.green)}"; };
}, 300);
</script>`;

test("shadow/ looks into closed shadow roots as well", async () => {
  const one = { selector: "shadow/.box", whenMissing: "Fail" } as const;
  const page = { html: closedPage, extent: "Element", element: one } as const;

  const still = await fixture.captureDecoded(page);
  const clicked = await fixture.captureDecoded({ ...page, click: one });
  const awaited = await fixture.captureDecoded({
    html: closedPage,
    wait: { until: ["Load"], selector: one.selector, delaySeconds: 0 },
  });

  assertSize(still.picture, 120, 80);
  assertColour(still.picture, { x: 60, y: 40 }, colours.red);
  assertColour(clicked.picture, { x: 60, y: 40 }, colours.green);
  assert.deepEqual(awaited.captured.warnings, []);
});

test("without shadow/ nothing in a shadow root matches", async () => {
  await assert.rejects(
    fixture.capture({
      html: closedPage,
      extent: "Element",
      element: { selector: ".box", whenMissing: "Fail" },
      captureTimeoutSeconds: 8,
    }),
    { reason: "SelectorNotFound" },
  );
});

test("wait.selectorCount says how many of the selectors must match", async () => {
  const page = {
    html: `<p id="here">Here</p>`,
    captureTimeoutSeconds: 6,
  };
  const wait = { until: ["Load" as const], selector: "#here, #away", delaySeconds: 0 };

  await fixture.capture({ ...page, wait });
  await fixture.capture({ ...page, wait: { ...wait, selectorCount: "AtLeastOne" } });
  await assert.rejects(
    fixture.capture({ ...page, wait: { ...wait, selectorCount: "AtLeastByCount" } }),
    { reason: "WaitTimedOut" },
  );
});

/** 300 of the element's 900 pixels are in view, between two bars. */
const scrollerPage = `<body style="margin: 0; background: ${css(colours.yellow)}">
<div style="height: 100px"></div>
<div style="height: 300px; width: 500px; overflow: auto">
  <div id="long" style="width: 400px; height: 900px; background: ${css(colours.blue)}"></div>
</div></body>`;

test("element.algorithm Clip captures the part that its surroundings show", async () => {
  const element = { selector: "#long", whenMissing: "Fail", scrollIntoView: false } as const;
  const page = { html: scrollerPage, extent: "Element" } as const;

  const whole = await fixture.captureDecoded({ ...page, element });
  const part = await fixture.captureDecoded({
    ...page,
    element: { ...element, algorithm: "Clip" },
  });

  assertSize(whole.picture, 400, 900);
  assertSize(part.picture, 400, 300);
  assertColour(part.picture, { x: 200, y: 1 }, colours.blue);
  assertColour(part.picture, { x: 200, y: 298 }, colours.blue);
});

test("with beyondViewport: false, the window shows the whole page while it is captured", async () => {
  const page = {
    url: "/hero",
    extent: "FullPage",
    fullPage: { scroll: false, scrollDelayMilliseconds: 400 },
  } as const;

  const beyond = await fixture.captureDecoded(page);
  const within = await fixture.captureDecoded({ ...page, beyondViewport: false });

  for (const { picture } of [beyond, within]) assertSize(picture, 1280, 3024);
  // The first screen is as high as the window.
  assertColour(beyond.picture, { x: 640, y: 2900 }, colours.orange);
  assertColour(within.picture, { x: 640, y: 2900 }, colours.blue);
});

test("with beyondViewport: false, an element and a clip end where the window ends", async () => {
  const element = { selector: "#tallest", whenMissing: "Fail" } as const;
  const tallest = await fixture.captureDecoded({
    ...{ url: "/elements", extent: "Element", element, beyondViewport: false },
  });
  const clip = { xPixels: 90, yPixels: 900, widthPixels: 40, heightPixels: 300 };
  const clipped = await fixture.captureDecoded({ url: "/elements", clip, beyondViewport: false });

  assertSize(tallest.picture, 100, 1024);
  assertColour(tallest.picture, { x: 50, y: 1 }, colours.green);
  assertColour(tallest.picture, { x: 50, y: 1022 }, colours.violet);
  assertSize(clipped.picture, 40, 124);
  const scrolled = await fixture.captureDecoded({
    ...{ url: "/elements", clip: { ...clip, yPixels: 2_900 }, beyondViewport: false },
    scrollIntoView: { selector: "#below", adjustTopPixels: 0, whenMissing: "Fail" },
  });
  // The page ends 24 pixels before the element could be at the top.
  assertSize(scrolled.picture, 40, 224);
  assertColour(scrolled.picture, { x: 10, y: 22 }, colours.white);
  assertColour(scrolled.picture, { x: 10, y: 26 }, colours.blue);
  await assert.rejects(
    fixture.capture({
      url: "/elements",
      clip: { ...clip, yPixels: 2_000 },
      beyondViewport: false,
    }),
    { reason: "OptionInvalid", message: /lies outside the window/ },
  );
});
