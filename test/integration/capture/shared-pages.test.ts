import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { disturbanceOf } from "../../../src/core/take/shared-load.ts";
import { CaptureFixture } from "./capture-fixture.ts";

/** Pictures that are taken one after another of one page are those that loads of their own would give. */

let fixture: CaptureFixture;

before(async () => {
  fixture = await CaptureFixture.open();
});

after(async () => {
  await fixture?.[Symbol.asyncDispose]();
});

type Taken = Partial<CaptureSpec>;

const clip = { xPixels: 20, yPixels: 300, widthPixels: 400, heightPixels: 900 };

/** What is taken of every page, in an order that puts the worst neighbours side by side. */
const everything: readonly Taken[] = [
  { extent: "FullPage" },
  { extent: "Viewport" },
  { extent: "FullPage", format: "JPEG", quality: 60 },
  { clip },
  { extent: "FullPage", fullPage: { scroll: true, maxHeightPixels: 700 } },
  { format: "HTML" },
  { extent: "Viewport", resize: { widthPixels: 320 } },
  { format: "Markdown" },
];

const element = (selector: string): Taken => ({
  extent: "Element",
  element: { selector, whenMissing: "Fail" },
});

interface Page {
  path: string;
  elements?: readonly string[];
}

const pages: readonly Page[] = [
  { path: "/shop" },
  { path: "/whole/app" },
  { path: "/whole/reveal" },
  { path: "/whole/overlays" },
  { path: "/whole/frames" },
  { path: "/element/covered", elements: ["#card"] },
  { path: "/element/tall", elements: ["#list"] },
  { path: "/rest/moving" },
];

function takesOf({ path, elements = [] }: Page): Taken[] {
  return [...everything, ...elements.map(element)]
    .map((taken) => ({ url: path, ...taken }))
    .toSorted((one, other) => disturbanceOf(one) - disturbanceOf(other));
}

suite("pictures of one page", () => {
  for (const page of pages)
    test(`of ${page.path} are the same as those of pages of their own`, async () => {
      const takes = takesOf(page);
      const visitsBefore = loads(page.path);
      const together = await fixture.captureTogether(takes);
      assert.equal(loads(page.path) - visitsBefore, 1);
      for (const [at, taken] of takes.entries()) {
        const alone = await fixture.capture(taken);
        assert.ok(
          together[at]?.bytes.equals(alone.bytes),
          `${JSON.stringify(taken)}: ${together[at]?.bytes.length} bytes instead of ${alone.bytes.length}`,
        );
      }
      assert.equal(loads(page.path) - visitsBefore, 1 + takes.length);
    });
});

test("what is said of the page is said of each picture, and what is said of a picture of no other", async () => {
  const [first, second] = await fixture.captureTogether([
    {
      url: "/shop",
      click: { selector: "#nothing", whenMissing: "Continue" },
      extent: "Element",
      element: { selector: "#nobody", whenMissing: "CaptureExtent" },
    },
    { url: "/shop" },
  ]);
  const says = (warnings: readonly string[] | undefined, word: string): boolean =>
    (warnings ?? []).some((warning) => warning.includes(word));
  assert.deepEqual(
    [says(first?.warnings, "#nothing"), says(second?.warnings, "#nothing")],
    [true, true],
  );
  assert.deepEqual(
    [says(first?.warnings, "#nobody"), says(second?.warnings, "#nobody")],
    [true, false],
  );
});

function loads(path: string): number {
  return fixture.site.visited.filter((visited) => visited === path).length;
}
