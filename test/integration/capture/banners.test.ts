import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { bannerFrameHost } from "../../support/site/banners.ts";
import { colours, type Colour } from "../../support/site/colours.ts";
import { BlockingFixture, type BlockedCapture } from "./blocking-fixture.ts";

const fixture = await BlockingFixture.open([bannerFrameHost]);
after(() => fixture[Symbol.asyncDispose]());

type Block = NonNullable<CaptureSpec["block"]>;

const none: Block = {
  ads: false,
  trackers: false,
  cookieBanners: false,
  bannersByHeuristics: false,
  chats: false,
  socials: false,
  annoyances: false,
};
const known: Block = { ...none, cookieBanners: true };
const heuristic: Block = { ...known, bannersByHeuristics: true };

async function capture(
  query: string,
  block: Block | undefined,
  spec: Partial<CaptureSpec> = {},
): Promise<BlockedCapture> {
  return await fixture.capture({
    url: `${fixture.site.url}/banner?kind=${query}`,
    ...(block === undefined ? {} : { block }),
    ...spec,
  });
}

function count({ picture }: BlockedCapture, wanted: Colour): number {
  const area = { x: 0, y: 0, width: picture.width, height: picture.height };
  return picture.count(area, (colour) => colour.every((channel, at) => channel === wanted[at]));
}

/** The header and the newsletter bar, whose colours no banner has. */
function assertPageIsWhole(capture: BlockedCapture): void {
  assert.ok(count(capture, colours.blue) > 50_000, "the page's own header is there");
  assert.ok(count(capture, colours.violet) > 50_000, "what is no banner is there");
  assert.deepEqual(capture.captured.warnings, []);
}

const knownKinds = ["onetrust", "cookiebot", "didomi", "open-known", "refuse", "german"];
const unknownKinds = ["accept", "no-answer", "screen", "backdrop", "open", "closed", "frame"];

for (const kind of [...knownKinds, ...unknownKinds])
  test(`the banner "${kind}" is there without the options`, async () => {
    assert.ok(count(await capture(kind, undefined), colours.red) > 20_000);
  });

for (const kind of knownKinds)
  test(`block.cookieBanners takes "${kind}" away`, async () => {
    const taken = await capture(kind, known);
    assert.equal(count(taken, colours.red), 0);
    assertPageIsWhole(taken);
  });

for (const kind of unknownKinds)
  test(`block.bannersByHeuristics takes "${kind}" away`, async () => {
    const taken = await capture(kind, heuristic);
    assert.equal(count(taken, colours.red), 0);
    assertPageIsWhole(taken);
  });

test("a banner is refused where that is possible", async () => {
  for (const [kind, block] of [
    ["onetrust", known],
    ["refuse", known],
    ["german", heuristic],
  ] as const) {
    const { visited } = await capture(kind, block);
    assert.ok(
      visited.some((url) => url.endsWith("what=refused")),
      kind,
    );
    assert.ok(!visited.some((url) => url.endsWith("what=accepted")), kind);
  }
});

test("a banner that can only be accepted is accepted by heuristics alone", async () => {
  assert.ok(count(await capture("accept", known), colours.red) > 20_000);
  const { visited } = await capture("accept", heuristic);
  assert.ok(visited.some((url) => url.endsWith("what=accepted")));
});

test("a banner that comes late is taken away before the picture", async () => {
  const wait: CaptureSpec["wait"] = { until: ["Load"], delaySeconds: 3 };
  for (const [kind, block] of [
    ["onetrust&after=1500", known],
    ["no-answer&after=1500", heuristic],
  ] as const)
    assert.equal(count(await capture(kind, block, { wait }), colours.red), 0, kind);
});

test("the page behind a banner can be captured whole again", async () => {
  for (const [kind, block] of [
    ["didomi", known],
    ["screen", heuristic],
  ] as const) {
    const taken = await capture(kind, block, { extent: "FullPage" });
    assert.ok(taken.picture.height > 3000, kind);
    assert.equal(count(taken, colours.red), 0, kind);
  }
});

test("a page without a banner stays as it is", async () => {
  const all = Object.fromEntries(Object.keys(none).map((name) => [name, true])) as Block;
  const blocked = await capture("none", all);
  assertPageIsWhole(blocked);
  const without = await capture("none", undefined);
  for (const colour of [colours.blue, colours.violet, colours.green])
    assert.equal(count(blocked, colour), count(without, colour));
});
