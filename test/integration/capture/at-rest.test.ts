import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertColour } from "../../support/picture.ts";
import { colours } from "../../support/site/colours.ts";
import { movingBlocks } from "../../support/site/rest.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

test("finite animations and transitions are at their end, wherever they are", async () => {
  const { picture, captured } = await fixture.captureDecoded("/rest/moving");
  for (const [index, name] of movingBlocks.entries()) {
    const [red, green] = picture.colourAt(index * 100 + 50, 50);
    assert.ok(green > 100 && red < 100, `${name} is rgb(${red}, ${green}, …)`);
  }
  assert.deepEqual(captured.warnings, []);
});

test("two pictures of a page that moves are equal", async () => {
  const [one, other] = [
    await fixture.capture("/rest/moving"),
    await fixture.capture("/rest/moving"),
  ];
  assert.ok(one.bytes.equals(other.bytes));
});

test("the moment is captured as it is if that is asked for", async () => {
  const { picture } = await fixture.captureDecoded({ url: "/rest/moving", animations: "AsIs" });
  for (const name of ["animation", "closed", "frame"] as const)
    assertColour(picture, { x: movingBlocks.indexOf(name) * 100 + 50, y: 50 }, colours.red);
});

test("no caret is in the picture", async () => {
  const inRed = { x: 0, y: 0, width: 600, height: 300 };
  const isRed = ([red, green]: readonly number[]): boolean => red! > 150 && green! < 100;
  const still = await fixture.captureDecoded("/rest/caret");
  const moment = await fixture.captureDecoded({ url: "/rest/caret", animations: "AsIs" });
  assert.equal(still.picture.count(inRed, isRed), 0);
  assert.ok(moment.picture.count(inRed, isRed) > 50);
});

test("a font that does not come costs neither the picture nor its text", async () => {
  const { picture, captured } = await fixture.captureDecoded({
    url: "/rest/missing-font",
    wait: { until: ["DOMContentLoaded"], delaySeconds: 0 },
    captureTimeoutSeconds: 30,
  });
  const ink = picture.count({ x: 0, y: 0, width: 600, height: 230 }, ([, green]) => green < 100);
  assert.ok(ink > 10_000);
  assert.deepEqual(captured.warnings, [
    `The font "Nowhere Sans" had not loaded after 5 s; the text is drawn in the fallback font`,
  ]);
});

test("a page that does not load is missed with the name of what was missing", async () => {
  await assert.rejects(
    fixture.capture({
      url: "/rest/missing-font",
      captureTimeoutSeconds: 20,
      navigationTimeoutSeconds: 5,
    }),
    { reason: "NavigationTimedOut", message: /the font "Nowhere Sans"/ },
  );
  await assert.rejects(
    fixture.capture({
      url: "/hostile/never-image",
      captureTimeoutSeconds: 5,
      navigationTimeoutSeconds: 5,
    }),
    { message: /\/hostile\/never\b/ },
  );
});
