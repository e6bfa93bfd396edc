import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { colours } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const button = { x: 100, y: 50 };
const hovered = { x: 100, y: 150 };
const load = { until: ["Load" as const], delaySeconds: 0 };

test("click presses the button once", async () => {
  const before = await fixture.captureDecoded("/buttons");
  const after = await fixture.captureDecoded({
    url: "/buttons",
    click: { selector: "#button", whenMissing: "Fail" },
    failIf: { contentMissing: ['data-clicks="1"'] },
  });

  assertColour(before.picture, button, colours.red);
  assertColour(after.picture, button, colours.green);
  assertColour(after.picture, hovered, colours.red);
});

test("click scrolls to its element and waits for one that appears late", async () => {
  const far = await fixture.captureDecoded({
    url: "/buttons",
    click: { selector: "#far", whenMissing: "Fail" },
    scripts: [`document.getElementById("far").addEventListener("click", () => scrollTo(0, 0))`],
  });
  const late = await fixture.captureDecoded({
    url: "/buttons",
    click: { selector: "#late", whenMissing: "Fail" },
    scripts: [
      `setTimeout(() => { const late = document.createElement("button"); late.id = "late"; late.textContent = "Late";
        late.onclick = () => document.getElementById("button").click(); document.body.append(late); }, 500)`,
    ],
    extent: "FullPage",
  });

  assertColour(far.picture, button, colours.green);
  assertColour(late.picture, button, colours.green);
});

test("click on a link captures the page it leads to, and does not click there", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/buttons",
    click: { selector: "#link, body", whenMissing: "Fail" },
    scripts: ["document.body.style.pointerEvents = 'auto'"],
  });
  const followed = await fixture.captureDecoded({
    url: "/buttons",
    click: { selector: "#link", whenMissing: "Fail" },
    scripts: ["1"],
  });

  assertColour(picture, { x: 500, y: 350 }, colours.white);
  assertColour(followed.picture, { x: 500, y: 350 }, colours.green);
});

test("hover leaves the mouse on its element", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/buttons",
    hover: { selector: "#hovered", whenMissing: "Fail" },
  });

  assertColour(picture, button, colours.red);
  assertColour(picture, hovered, colours.green);
});

test("shadow/ looks into shadow roots", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/buttons",
    click: { selector: "shadow/.inside", whenMissing: "Fail" },
    extent: "Element",
    element: { selector: "shadow/.inside", whenMissing: "Fail" },
  });

  assertSize(picture, 200, 100);
  assertColour(picture, { x: 100, y: 50 }, colours.green);
});

test("scrollIntoView brings the element to the top, and further", async () => {
  const viewport = { widthPixels: 1280, heightPixels: 800, deviceScalePercent: 100 };
  const top = await fixture.captureDecoded({
    url: "/elements",
    viewport,
    scrollIntoView: { selector: "#below", adjustTopPixels: 0, whenMissing: "Fail" },
  });
  const lower = await fixture.captureDecoded({
    url: "/elements",
    viewport,
    scrollIntoView: { selector: "#below", adjustTopPixels: -100, whenMissing: "Fail" },
  });

  assertColour(top.picture, { x: 60, y: 5 }, colours.blue);
  assertColour(top.picture, { x: 60, y: 145 }, colours.blue);
  assertColour(lower.picture, { x: 60, y: 95 }, colours.white);
  assertColour(lower.picture, { x: 60, y: 105 }, colours.blue);
});

test("element.scrollIntoView decides whether the page is scrolled to the element", async () => {
  const options = {
    html: `<body style="margin: 0; height: 5000px"><div id="box" style="position: absolute; top: 3000px; width: 200px; height: 100px; background: rgb(220, 30, 40)"></div>
      <script>addEventListener("scroll", () => { document.getElementById("box").style.background = "rgb(20, 160, 70)"; })</script>`,
    extent: "Element" as const,
    wait: { ...load, delaySeconds: 1 },
  };
  const scrolled = await fixture.captureDecoded({
    ...options,
    element: { selector: "#box", whenMissing: "Fail" },
  });
  const still = await fixture.captureDecoded({
    ...options,
    element: { selector: "#box", whenMissing: "Fail", scrollIntoView: false },
  });

  assertSize(still.picture, 200, 100);
  assertColour(scrolled.picture, { x: 100, y: 50 }, colours.green);
  assertColour(still.picture, { x: 100, y: 50 }, colours.red);
});

for (const field of ["click", "hover", "scrollIntoView"] as const)
  test(`${field} without its element fails, or goes on with a warning`, async () => {
    const order = (whenMissing: "Continue" | "Fail") => ({
      url: "/buttons",
      captureTimeoutSeconds: 4,
      [field]: { selector: "#nothing", whenMissing, adjustTopPixels: 0 },
    });
    await assert.rejects(fixture.capture(order("Fail")), {
      reason: "SelectorNotFound",
      message: `Nothing visible matched ${field}.selector "#nothing"; check the selector, or set ${field}.whenMissing to Continue to go on without it`,
    });
    const { picture, captured } = await fixture.captureDecoded(order("Continue"));
    assertColour(picture, button, colours.red);
    assert.deepEqual(captured.warnings, [
      `Nothing visible matched ${field}.selector "#nothing", so ${field} had no effect`,
    ]);
  });

test("an invalid selector of click is reported", async () => {
  await assert.rejects(
    fixture.capture({ url: "/buttons", click: { selector: "#1", whenMissing: "Fail" } }),
    { reason: "SelectorInvalid", message: /^"#1" in click\.selector is not a valid CSS selector/ },
  );
});

test("scripts may navigate if wait.afterScripts is given", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/blank",
    scripts: [`location.href = "/holds?expression=true"`],
    styles: ["body { border-left: 50px solid rgb(30, 80, 220); }"],
    wait: { ...load, afterScripts: ["Load"] },
  });
  const stayed = await fixture.captureDecoded({
    url: "/settling",
    scripts: ["1"],
    wait: { until: ["DOMContentLoaded"], delaySeconds: 0, afterScripts: ["NetworkIdle0"] },
  });

  assertColour(picture, { x: 100, y: 100 }, colours.green);
  assertColour(picture, { x: 10, y: 100 }, colours.blue);
  assertColour(stayed.picture, { x: 100, y: 100 }, colours.green);
});

test("wait.selectorCount waits for as many elements as there are selectors", async () => {
  const options = {
    html: `<body style="margin: 0; background: rgb(220, 30, 40)"><i class="a"></i><script>setTimeout(() => {
      document.body.insertAdjacentHTML("beforeend", '<i class="b"></i>'); document.body.style.background = "rgb(20, 160, 70)"; }, 700)</script>`,
  };
  const selector = ".a, .b:is(i, b)";
  await fixture.capture({ html: '<i class="a"></i>', wait: { ...load, selector } });
  const both = await fixture.captureDecoded({
    ...options,
    wait: { ...load, selector, selectorCount: "AtLeastByCount" },
  });

  assertColour(both.picture, { x: 10, y: 10 }, colours.green);
});
