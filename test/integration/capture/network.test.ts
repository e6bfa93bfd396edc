import assert from "node:assert/strict";
import { after, test } from "node:test";
import { colours, type Colour } from "../../support/site/colours.ts";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import type { Failure } from "../../../src/api/reasons/failure.ts";
import type { Reason } from "../../../src/api/reasons/reasons.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const parts = ["image", "style", "script", "fetch", "xhr", "frame", "socket", "third"];
/** A frame has its own picture, which does not show whether the frame was blocked. */
const judged = parts.filter((part) => part !== "frame");

function isGreen(colour: Colour): boolean {
  return colour.every((channel, at) => Math.abs(channel - (colours.green[at] ?? 0)) <= 3);
}

/** The blocks of the page that turned green; a blocked frame is white. */
async function loaded(options: Partial<CaptureSpec>): Promise<string[]> {
  const { picture } = await fixture.captureDecoded({
    url: "/parts",
    wait: { until: ["Load"], delaySeconds: 0, selector: "body.settled" },
    ...options,
  });
  return parts.filter((_, index) => isGreen(picture.colourAt(index * 100 + 5, 5)));
}

test("without options nothing is blocked", async () => {
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
  const before = fixture.site.visited.length;
  const green = await loaded({ blockResources: ["Document"] });
  const visited = fixture.site.visited.slice(before);
  assert.ok(green.includes("image"));
  assert.ok(visited.includes("/parts"));
  assert.ok(!visited.some((path) => path.startsWith("/sent")));
});

test("blockRequests knows hosts, addresses and patterns", async () => {
  const { port } = new URL(fixture.site.thirdPartyURL);
  const cases: [string[], string[]][] = [
    [[`127.0.0.1:${port}`], ["third"]],
    [["*/square.png*"], ["image", "third"]],
    [["*?ads=*"], ["third"]],
    [[`${fixture.site.url}/data.json`], ["fetch", "xhr"]],
    [["ads.example", "*/nothing/*"], []],
  ];
  for (const [blockRequests, missing] of cases) {
    const before = fixture.site.visited.length;
    const green = await loaded({ blockRequests });
    assert.deepEqual(
      green,
      judged.filter((part) => !missing.includes(part)),
      blockRequests.join(),
    );
    const visited = fixture.site.visited.slice(before);
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
    await assert.rejects(fixture.capture({ url: "/broken", failIf }), (thrown: Failure) => {
      assert.equal(thrown.reason, reason, thrown.message);
      assert.ok(thrown.message.includes(named), thrown.message);
      return true;
    });
  });

test("failIf reports the egress proxy's reason for a failed request", async () => {
  const refusal = { reason: "NameNotResolved", message: "The host name is not known" } as const;
  await using other = await CaptureFixture.open({ refusals: { "127.0.0.1": refusal } });
  await assert.rejects(
    other.capture({
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

test("failIf accepts a page without its conditions", async () => {
  const { warnings } = await fixture.capture({
    url: "/broken",
    failIf: {
      contentContains: ["sold out"],
      contentMissing: contents.filter((text) => text !== "data-nothing"),
      requestFailed: ["*/square.png", "cdn.example"],
    },
  });
  assert.deepEqual(warnings, []);
});

test("a blocked request is no failed request", async () => {
  await fixture.capture({
    url: "/broken",
    blockResources: ["Image"],
    failIf: { requestFailed: ["127.0.0.1"] },
  });
});
