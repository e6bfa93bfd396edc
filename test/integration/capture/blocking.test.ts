import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { BlockingLists } from "../../../src/worker/blocking/blocking-lists.ts";
import { annoyingHosts, frameHost, hiddenBoxes } from "../../support/site/blocking.ts";
import { colours } from "../../support/site/colours.ts";
import { BlockingFixture, type BlockedCapture } from "./blocking-fixture.ts";

const page = "http://news.stills-test.example/annoying";
const hosts = Object.values(annoyingHosts).filter((host) => host !== "");
const fixture = await BlockingFixture.open([
  ...["news.stills-test.example", "short.stills-test.example"],
  ...[frameHost, ...hosts],
]);
after(() => fixture[Symbol.asyncDispose]());

const names = Object.keys(annoyingHosts);

/** The blocks of the page that turned red. */
function loadedIn({ picture }: BlockedCapture): string[] {
  return names.filter((_, index) => {
    const colour = picture.colourAt(index * 100 + 50, 50);
    return colour.every((channel, at) => channel === colours.red[at]);
  });
}

test("without options everything of the page is loaded", async () => {
  const capture = await fixture.capture({ url: page });
  assert.deepEqual(loadedIn(capture), names);
});

type Block = NonNullable<CaptureSpec["block"]>;
const cases: [keyof Block, string[]][] = [
  ["ads", ["ads", "framed", "path"]],
  ["trackers", ["trackers"]],
  ["chats", ["chats"]],
  ["socials", ["socials"]],
];
for (const [category, blocked] of cases)
  test(`block.${category} keeps that from the page, and nothing else`, async () => {
    const capture = await fixture.capture({ url: page, block: blockOf(category) });
    assert.deepEqual(
      loadedIn(capture),
      names.filter((name) => !blocked.includes(name)),
    );
    for (const name of blocked)
      assert.ok(!capture.visited.some((url) => url.endsWith(`block=${name}`)), name);
    assert.deepEqual(capture.captured.warnings, []);
  });

test("a blocked host is not even connected to, also by a frame of another site", async () => {
  const { tunnels } = await fixture.capture({ url: page, block: blockOf("ads") });
  assert.ok(tunnels.includes(`${frameHost}:80`));
  assert.ok(!tunnels.some((target) => target.startsWith(annoyingHosts.ads)), tunnels.join());
});

test("a page is shown although its host is on a list, and so is what it loads from its own site", async () => {
  for (const [category, host] of [
    ["ads", annoyingHosts.ads],
    ["chats", annoyingHosts.chats],
  ] as const) {
    const capture = await fixture.capture({
      url: `http://${host}/annoying`,
      block: blockOf(category),
    });
    assert.ok(loadedIn(capture).includes(category), category);
  }
});

test("a redirect over a listed host leads to the page", async () => {
  const url = `http://${annoyingHosts.ads}/away?to=${encodeURIComponent(page)}`;
  const capture = await fixture.capture({ url, block: blockOf("chats", "ads") });
  const loaded = loadedIn(capture);
  assert.ok(loaded.includes("cdn"));
  assert.ok(!loaded.includes("chats"));
});

test("content that came with the job is blocked, too", async () => {
  const { picture, visited } = await fixture.capture({
    html: `<body style="margin: 0"><i id="chats" style="position: absolute; width: 100px; height: 100px; background: rgb(20, 160, 70)"></i>
      <script src="http://${annoyingHosts.chats}/paint.js?block=chats"></script>`,
    block: blockOf("chats"),
  });
  assert.deepEqual(picture.colourAt(50, 50), colours.green);
  assert.deepEqual(visited, []);
});

test("what the lists name is hidden, and the rest is not", async () => {
  const url = "http://news.stills-test.example/hidden-boxes";
  const green = async (block: Block): Promise<boolean[]> => {
    const { picture } = await fixture.capture({ url, block });
    return Object.keys(hiddenBoxes).map((_, index) => {
      const colour = picture.colourAt(index * 100 + 50, 50);
      return colour.every((channel, at) => channel === colours.green[at]);
    });
  };
  assert.deepEqual(await green(blockOf()), [false, false, false, false]);
  assert.deepEqual(await green(blockOf("ads")), [true, false, false, false]);
  assert.deepEqual(await green(blockOf("chats")), [false, true, false, false]);
  assert.deepEqual(await green(blockOf("socials")), [false, false, true, false]);
  assert.deepEqual(await green(blockOf("cookieBanners")), [false, false, false, true]);
});

test("a blocked request is no failed request", async () => {
  const { captured } = await fixture.capture({
    url: page,
    block: blockOf("ads"),
    failIf: { requestFailed: [annoyingHosts.ads] },
  });
  assert.deepEqual(captured.warnings, []);
});

test("without lists there is a picture, and a warning", async () => {
  const { captured } = await fixture.capture(
    { url: page, block: blockOf("ads") },
    new BlockingLists("/nothing-here"),
  );
  assert.deepEqual(captured.warnings, [
    "What `block` names may still be in the picture: the worker has no lists for it",
  ]);
});

function blockOf(...categories: (keyof Block)[]): Block {
  return {
    ads: false,
    trackers: false,
    cookieBanners: false,
    bannersByHeuristics: false,
    chats: false,
    socials: false,
    annoyances: false,
    ...Object.fromEntries(categories.map((category) => [category, true])),
  };
}
