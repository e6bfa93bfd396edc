import assert from "node:assert/strict";
import { after, test } from "node:test";
import { colours, type Colour } from "../../support/site/colours.ts";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import type { Failure } from "../../../src/api/reasons/failure.ts";
import type { Reason } from "../../../src/api/reasons/reasons.ts";
import { Studio } from "./studio.ts";

const studio = await Studio.open();
after(() => studio[Symbol.asyncDispose]());

const parts = ["image", "style", "script", "fetch", "xhr", "frame", "socket", "third"];
/** A frame has a picture of its own, which says nothing about whether it was blocked. */
const judged = parts.filter((part) => part !== "frame");

function isGreen(colour: Colour): boolean {
  return colour.every((channel, at) => Math.abs(channel - (colours.green[at] ?? 0)) <= 3);
}

/** The blocks of the page that came to be green; a frame stays red and shows white when it is blocked. */
async function loaded(options: Partial<CaptureSpec>): Promise<string[]> {
  const { picture } = await studio.see({
    url: "/parts",
    wait: { until: ["Load"], delaySeconds: 0, selector: "body.settled" },
    ...options,
  });
  return parts.filter((_, index) => isGreen(picture.colourAt(index * 100 + 5, 5)));
}

test("nothing is blocked that is not asked for", async () => {
  assert.deepEqual(await loaded({}), judged);
});

const kinds: [NonNullable<CaptureSpec["blockResources"]>[number], string[]][] = [
  ["Image", ["image", "third"]],
  ["Stylesheet", ["style"]],
  ["Script", ["script"]],
  ["Fetch", ["fetch"]],
  ["XHR", ["xhr"]],
  ["WebSocket", ["socket"]],
];
for (const [kind, missing] of kinds)
  test(`blockResources ${kind} keeps that from the page and nothing else`, async () => {
    const expected = judged.filter((part) => !missing.includes(part));
    assert.deepEqual(await loaded({ blockResources: [kind] }), expected);
  });

test("blockResources Document keeps frames from the page, and not the page itself", async () => {
  const before = studio.site.visited.length;
  const green = await loaded({ blockResources: ["Document"] });
  const visited = studio.site.visited.slice(before);
  assert.ok(green.includes("image"));
  assert.ok(visited.includes("/parts"));
  assert.ok(!visited.some((path) => path.startsWith("/sent")));
});

test("blockRequests knows hosts, addresses and patterns", async () => {
  const { port } = new URL(studio.site.thirdPartyURL);
  const cases: [string[], string[]][] = [
    [[`127.0.0.1:${port}`], ["third"]],
    [["*/square.png*"], ["image", "third"]],
    [["*?ads=*"], ["third"]],
    [[`${studio.site.url}/data.json`], ["fetch", "xhr"]],
    [["ads.example", "*/nothing/*"], []],
  ];
  for (const [blockRequests, missing] of cases) {
    const before = studio.site.visited.length;
    const green = await loaded({ blockRequests });
    assert.deepEqual(
      green,
      judged.filter((part) => !missing.includes(part)),
      blockRequests.join(),
    );
    const visited = studio.site.visited.slice(before);
    if (missing.includes("image")) assert.ok(!visited.includes("/square.png"));
  }
});

test("the page itself is never blocked", async () => {
  const green = await loaded({ blockRequests: ["*/parts*", "127.0.0.1"] });
  assert.deepEqual(green, ["socket"]);
});

const contents = ["SOME text", "data-nothing", "/missing.png", "and more"];
const failing: [NonNullable<CaptureSpec["failIf"]>, Reason, string][] = [
  [{ contentContains: ["nothing of the kind", "some TEXT"] }, "ContentContainsText", "some TEXT"],
  [{ contentContains: ["/MISSING.png"] }, "ContentContainsText", "/MISSING.png"],
  [{ contentMissing: ["Some Text", "sold out"] }, "ContentMissesText", "sold out"],
  [{ requestFailed: ["*/missing.png"] }, "PageRequestFailed", "HTTP 404"],
  [{ requestFailed: ["127.0.0.1:1"] }, "PageRequestFailed", "refused.png"],
];
for (const [failIf, reason, named] of failing)
  test(`failIf ${JSON.stringify(failIf)} fails with ${reason}`, async () => {
    await assert.rejects(studio.take({ url: "/broken", failIf }), (thrown: Failure) => {
      assert.equal(thrown.reason, reason, thrown.message);
      assert.ok(thrown.message.includes(named), thrown.message);
      return true;
    });
  });

test("failIf says why a request failed, where the proxy knows it better than the browser", async () => {
  const refusal = { reason: "NameNotResolved", message: "The host name is not known" } as const;
  await using other = await Studio.open({ refusals: { "127.0.0.1": refusal } });
  await assert.rejects(
    other.take({
      html: `<img src="http://127.0.0.1/gone.png">`,
      failIf: { requestFailed: ["*/gone.png"] },
    }),
    {
      reason: "PageRequestFailed",
      message:
        "The page did not get http://127.0.0.1/gone.png (The host name is not known), which failIf.requestFailed names",
    },
  );
});

test("failIf lets a page pass that is as it should be", async () => {
  const { warnings } = await studio.take({
    url: "/broken",
    failIf: {
      contentContains: ["sold out"],
      contentMissing: contents.filter((text) => text !== "data-nothing"),
      requestFailed: ["*/square.png", "cdn.example"],
    },
  });
  assert.deepEqual(warnings, []);
});

test("what is blocked did not fail", async () => {
  await studio.take({
    url: "/broken",
    blockResources: ["Image"],
    failIf: { requestFailed: ["127.0.0.1"] },
  });
});
