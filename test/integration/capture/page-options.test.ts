import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour, assertSize } from "../../support/picture.ts";
import { colours, css, type Colour } from "../../support/site/colours.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const middle = { x: 640, y: 200 };

test("html is captured, with its scripts run and its images loaded", async () => {
  const { picture } = await fixture.captureDecoded({
    html: `<!doctype html><body style="margin: 0"><div id="box" style="height: 300px"></div>
      <script>document.getElementById("box").style.background = "${css(colours.teal)}"</script>
      <img src="${fixture.site.url}/slow-image?milliseconds=300" width="200" height="200">`,
  });

  assertSize(picture, 1280, 1024);
  assertColour(picture, middle, colours.teal);
  assertColour(picture, { x: 100, y: 400 }, colours.green);
});

test("a page given as html becomes idle, too", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    html: `<body style="background: ${css(colours.orange)}"><h1>Idle</h1>`,
    wait: { until: ["Load", "NetworkIdle0"], delaySeconds: 0 },
  });

  assertColour(picture, middle, colours.orange);
  assert.deepEqual(captured.warnings, []);
});

test("html cannot see the worker's files", async () => {
  const { picture } = await fixture.captureDecoded({
    html: `<body style="margin: 0"><iframe src="file:///etc/passwd" width="600" height="300" style="border: 0"></iframe>
      <img src="file:///usr/share/pixmaps/debian-logo.png" width="200" height="200">
      <script>fetch("file:///etc/passwd").then(() => { document.body.style.background = "${css(colours.red)}"; })</script>`,
  });

  const frame = { x: 0, y: 0, width: 600, height: 300 };
  assert.equal(
    picture.count(frame, (colour) => colour.some((channel) => channel < 250)),
    0,
  );
});

test("markdown is captured as a readable document in light or dark", async () => {
  const markdown = "# Title\n\nText with `code`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
  const bright = await fixture.captureDecoded({ markdown });
  const dark = await fixture.captureDecoded({ markdown, colorScheme: "Dark" });

  assertColour(bright.picture, { x: 5, y: 5 }, colours.white);
  assertColour(dark.picture, { x: 5, y: 5 }, [13, 17, 23]);
  const heading = { x: 230, y: 40, width: 100, height: 40 };
  const isDark = ([red]: Colour): boolean => red < 100;
  const isBright = ([red]: Colour): boolean => red > 180;
  assert.ok(bright.picture.count(heading, isDark) > 200);
  assert.ok(dark.picture.count(heading, isBright) > 200);
});

test("the page can read the preferred colour scheme", async () => {
  const none = await fixture.captureDecoded("/scheme");
  const bright = await fixture.captureDecoded({ url: "/scheme", colorScheme: "Light" });
  const dark = await fixture.captureDecoded({ url: "/scheme", colorScheme: "Dark" });

  assertColour(none.picture, middle, colours.yellow);
  assertColour(bright.picture, middle, colours.yellow);
  assertColour(dark.picture, middle, colours.navy);
});

test("styles are added in their order", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/blank",
    styles: ["body { background: red; }", `body { background: ${css(colours.violet)}; }`],
  });

  assertColour(picture, middle, colours.violet);
});

test("scripts run in their order, may await, and may declare the same name", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/blank",
    scripts: [
      `const box = document.createElement("div"); box.id = "box"; document.body.append(box);`,
      `await fetch("/slow-image?milliseconds=100"); const box = document.getElementById("box"); box.style = "height: 400px; background: ${css(colours.orange)}";`,
    ],
  });

  assertColour(picture, middle, colours.orange);
});

test("a script that opens dialogs does not wait for an answer", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/blank",
    scripts: [
      `alert("?"); if (!confirm("?") && prompt("?") === null) document.body.style.background = "${css(colours.teal)}";`,
    ],
  });

  assertColour(picture, middle, colours.teal);
});

test("styles, hidden selectors and scripts work on a page whose content security policy forbids them", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/policy",
    styles: [`body { background: ${css(colours.blue)}; }`],
    hideSelectors: ["h1", ".notice"],
    scripts: [`document.body.style.borderTop = "100px solid ${css(colours.yellow)}";`],
  });

  assertColour(picture, { x: 640, y: 50 }, colours.yellow);
  const below = { x: 0, y: 110, width: 1280, height: 300 };
  const isBlue = ([red, green, blue]: Colour): boolean =>
    red === 30 && green === 80 && blue === 220;
  assert.equal(picture.count(below, isBlue), below.width * below.height);
});

test("an error page of the host is captured when host errors are ignored", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/hostile/status/404",
    hostErrors: "Ignore",
  });

  assertColour(picture, middle, colours.orange);
  assert.deepEqual(captured.warnings, []);
});

test("NetworkIdle0 and NetworkIdle2 wait for requests after the page has loaded", async () => {
  for (const event of ["NetworkIdle0", "NetworkIdle2"] as const) {
    const { picture, captured } = await fixture.captureDecoded({
      url: "/settling",
      wait: { until: [event], delaySeconds: event === "NetworkIdle2" ? 1 : 0 },
    });

    assertColour(picture, middle, colours.green);
    assert.deepEqual(captured.warnings, []);
  }
});

test("DOMContentLoaded does not wait for an image that never loads, and a warning says so", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/hostile/never-image",
    wait: { until: ["DOMContentLoaded"], delaySeconds: 0 },
  });

  assertColour(picture, middle, colours.teal);
  assert.deepEqual(captured.warnings, [
    "Images were still loading after 5 s and may be missing in the picture",
  ]);
});

test("a selector is waited for, visible or not", async () => {
  const { picture } = await fixture.captureDecoded({
    url: "/late?milliseconds=600",
    wait: { until: ["Load"], selector: ".never, .ready", delaySeconds: 0 },
  });
  const hidden = await fixture.captureDecoded({
    url: "/elements",
    wait: { until: ["Load"], selector: "#hidden", delaySeconds: 0 },
  });

  assertColour(picture, middle, colours.green);
  assertColour(hidden.picture, { x: 200, y: 200 }, colours.red);
});

test("the delay comes after everything else, and without it the page is as it was", async () => {
  const url = "/late?milliseconds=4000";
  const early = await fixture.captureDecoded({ url, wait: { until: ["Load"], delaySeconds: 0 } });
  const late = await fixture.captureDecoded({ url, wait: { until: ["Load"], delaySeconds: 6 } });

  assertColour(early.picture, middle, colours.red);
  assertColour(late.picture, middle, colours.green);
});
