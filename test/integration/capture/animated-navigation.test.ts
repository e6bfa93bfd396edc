import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, suite, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { parseAccountTargets } from "../../../src/core/targets/account-targets.ts";
import type { CaptureContext } from "../../../src/worker/capture/capture-environment.ts";
import type { DecodedPicture } from "../../support/picture.ts";
import { decodeVideo } from "../../support/video.ts";
import { assertScrolled, bandsPage } from "./band-page.ts";
import { CaptureFixture, type CaptureOptions } from "./capture-fixture.ts";

/** Recordings that go on to another page. Each page has a red of its own, and bands that say how far it is scrolled. */

type Animation = NonNullable<CaptureSpec["animation"]>;

const reds = { home: 0, pricing: 200, about: 150, other: 100 };
type PageName = keyof typeof reds;

/** A bar that a script moves a pixel every 10 ms of its time, in front of the bands. */
const movingBar = `<i id="bar" style="position: fixed; top: 0; left: 0; width: 20px; height: 300px; background: rgb(0, 200, 0)"></i>
  <script>let ticks = 0; setInterval(() => { ticks += 1; bar.style.left = ticks + "px"; }, 10);</script>`;
const pricing = (body = ""): string => bandsPage(700, { red: reds.pricing, body });
const links = (list: readonly (readonly [href: string, text: string, attributes?: string])[]) =>
  `<nav style="position: absolute; left: 250px">${list
    .map(([href, text, attributes = ""]) => `<a href="${href}" ${attributes}>${text}</a>`)
    .join(" ")}</nav>`;

/** Path → body. A path that is not here is answered with 404. */
const pages: Record<string, string> = {
  "/pricing": pricing(),
  "/about": bandsPage(700, { red: reds.about }),
  "/moving": pricing(movingBar),
  "/covered": pricing(
    `<b class="ad" style="position: fixed; inset: 0; background: rgb(0, 200, 0)"></b>`,
  ),
  "/goes-on": pricing(`<script>setTimeout(() => { location = "/about"; }, 200)</script>`),
  "/restless": pricing(`<script>setTimeout(() => { location.reload(); }, 200)</script>`),
};

let home = "";
/** Host and path of every request, and the headers of the last one. */
const asked: string[] = [];
let lastHeaders: IncomingHttpHeaders = {};
const server = createServer((request, response) => {
  const { host, pathname } = new URL(`http://${request.headers.host}${request.url}`);
  if (pathname === "/favicon.ico") return void response.writeHead(404).end();
  asked.push(`${host}${pathname}`);
  lastHeaders = request.headers;
  if (pathname === "/silent") return;
  if (pathname === "/nothing") return void response.writeHead(204).end();
  if (pathname === "/to-other") return void response.writeHead(302, { location: other }).end();
  const html = { "/": home }[pathname] ?? pages[pathname];
  const isOther = host === "other.test";
  response.writeHead(html === undefined ? 404 : 200, {
    "content-type": pathname === "/file" ? "application/zip" : "text/html",
    "set-cookie": pathname === "/" ? "seen=home" : "last=page",
  });
  response.end(isOther ? bandsPage(700, { red: reds.other }) : (html ?? "nothing here"));
});
server.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const privateSentence = "private.test leads to an address that pages may not visit";
const fixture = await CaptureFixture.open({
  hosts: { "own.test": here, "www.own.test": here, "other.test": here, "down.test": "127.0.0.1:9" },
  refusals: { "private.test": { reason: "TargetNotAllowed", message: privateSentence } },
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
});

const own = "http://own.test";
const other = "http://other.test/pricing";
const scroll = {
  ...{ scenario: "Scroll", scrollEasing: "Linear", scrollDurationMilliseconds: 500 },
  ...{ scrollDelayMilliseconds: 200, scrollByPixels: 400, framesPerSecond: 10 },
  ...{ scrollTryNavigate: true, scrollNavigateAfterMilliseconds: 800, durationSeconds: 5 },
} as const satisfies Animation;
/** How the first page is scrolled until it is left, and to its end if it is not; then the other one. */
const before = [0, 80, 160, 240, 320, 400, 400, 400];
const stayed = [...before, 460, 520, 580, 640, 700, 700, 700, 560, 420, 280, 140, 0];
const afterwards = [0, 80, 160, 240, 320, 400, 400, 400, 320, 240, 160, 80, 0];

/** Records the home page with these links; in MOV without loss of colours. */
async function record(
  body: string,
  animation: Partial<Animation> = {},
  {
    context = {},
    ...options
  }: Exclude<CaptureOptions, string> & { context?: Partial<CaptureContext> } = {},
) {
  home = bandsPage(1000, { body });
  const captured = await fixture.capture(
    {
      ...{ url: `${own}/`, format: "MOV", background: "Transparent" },
      viewport: { widthPixels: 400, heightPixels: 300, deviceScalePercent: 100 },
      animation: { ...scroll, ...animation },
      ...options,
    },
    context,
  );
  return { frames: (await decodeVideo(captured.bytes)).frames, captured };
}

function pageOf(frame: DecodedPicture): PageName | undefined {
  const [red] = frame.colourAt(200, 150);
  return (Object.keys(reds) as PageName[]).find((name) => Math.abs(reds[name] - red) <= 6);
}

/** The recording shows the first page until its moment, and then the other one, each at its place. */
function assertWentOn(frames: readonly DecodedPicture[], page: PageName): void {
  assert.deepEqual(frames.map(pageOf), [
    ...before.map(() => "home"),
    ...afterwards.map(() => page),
  ]);
  assertScrolled(frames, [...before, ...afterwards]);
}

function assertStayed(frames: readonly DecodedPicture[]): void {
  assert.deepEqual(
    frames.map(pageOf),
    stayed.map(() => "home"),
  );
  assertScrolled(frames, stayed);
}

suite("the other page", () => {
  test("is the link with the first of the usual words, and is scrolled anew", async () => {
    const body = links([
      ["/contact", "Contact"],
      ["/about", "About us"],
      ["/pricing", "Plans and <b>PRICING</b>"],
    ]);
    const { frames, captured } = await record(body, {}, { metadata: ["PageTitle"] });
    assertWentOn(frames, "pricing");
    assert.deepEqual(asked, ["own.test/", "own.test/pricing"]);
    assert.deepEqual(captured.warnings, []);
    assert.equal(captured.metadata?.pageTitle, "Bands");
    assert.equal(lastHeaders.cookie, "seen=home");
  });

  test("is the link with the first of the caller's words that there is", async () => {
    const body = links([
      ["/pricing", "Pricing"],
      ["http://www.own.test/about", `<img alt="Who we are" width="9" height="9">`],
    ]);
    const hints = { scrollNavigateLinkHints: ["jobs", " who WE", "pricing"] };
    assertWentOn((await record(body, hints)).frames, "about");
  });

  test("is no link that nobody sees, that leads elsewhere, or that stays on the page", async () => {
    const body = links([
      ["/hidden", "pricing", "hidden"],
      ["/invisible", "pricing", `style="opacity: 0"`],
      [other, "pricing"],
      ["#pricing", "pricing"],
      ["mailto:pricing@own.test", "pricing"],
      ["/file", "pricing", "download"],
      ["/pricing", "Anything"],
    ]);
    assertWentOn((await record(body)).frames, "pricing");
    assert.deepEqual(asked, ["own.test/", "own.test/pricing"]);
  });

  test("is the address that is given, with its headers for the job's origin only", async () => {
    const secrets = {
      headers: [{ name: "X-Key", value: "s3cret" }],
      cookies: [{ name: "seen", value: "no" }],
    };
    const toOther = { scrollNavigateToURL: other, scrollNavigateLinkHints: ["pricing"] };
    const body = links([["/pricing", "Pricing"]]);
    assertWentOn((await record(body, toOther, { context: { secrets } })).frames, "other");
    assert.deepEqual(asked, ["own.test/", "other.test/pricing"]);
    assert.deepEqual([lastHeaders["x-key"], lastHeaders.cookie], [undefined, undefined]);

    const toOwn = { scrollNavigateToURL: `${own}/pricing` };
    assertWentOn((await record(body, toOwn, { context: { secrets } })).frames, "pricing");
    assert.deepEqual([lastHeaders["x-key"], lastHeaders.cookie], ["s3cret", "seen=home"]);
  });

  test("is shown with the options of the job, at the time of the recording", async () => {
    const options = {
      ...{ hideSelectors: [".ad"], styles: ["body { filter: none }"] },
      click: { selector: "#band-2", whenMissing: "Fail" as const },
      wait: { until: ["Load" as const], selector: "nav", delaySeconds: 0 },
    };
    const body = links([["/covered", "Pricing"]]);
    assertWentOn((await record(body, {}, options)).frames, "pricing");

    const moving = await record(links([["/moving", "Pricing"]]), { scrollComplete: false });
    const edges = moving.frames.slice(before.length).map((frame) => {
      for (let x = 0; x < frame.width; x += 1) if (frame.colourAt(x, 150)[1] > 100) return x;
      return NaN;
    });
    assert.equal(moving.frames.length, 50);
    const [first = NaN] = edges;
    assert.ok(first < 200, edges.join(" "));
    for (const [number, edge] of edges.slice(0, 20).entries())
      assert.ok(Math.abs(edge - first - number * 10) <= 1, edges.join(" "));
  });

  test("may be a link of HTML that the caller gives, to any host", async () => {
    const { frames } = await record(
      "",
      {},
      {
        ...{ url: undefined as never },
        html: bandsPage(1000, { body: links([[other, "Pricing"]]) }),
      },
    );
    assertWentOn(frames, "other");
  });

  test("comes after half of the time unless that is said", async () => {
    const animation = { ...scroll, durationSeconds: 2, scrollComplete: false };
    const { scrollNavigateAfterMilliseconds: _, ...half } = animation;
    home = bandsPage(1000, { body: links([["/pricing", "Pricing"]]) });
    const captured = await fixture.capture({ url: `${own}/`, format: "MP4", animation: half });
    const { frames } = await decodeVideo(captured.bytes);
    const shown = frames.map((frame) => (frame.colourAt(200, 150)[0] > 100 ? "pricing" : "home"));
    assert.deepEqual(shown, [...Array(10).fill("home"), ...Array(10).fill("pricing")]);
  });

  test("that goes on by itself is followed, and left if it does not stay", async () => {
    const { frames, captured } = await record(links([["/goes-on", "Pricing"]]));
    const shown = frames.map(pageOf);
    assert.deepEqual(shown.slice(0, 9), [...before.map(() => "home"), "pricing"]);
    assert.equal(shown.at(-1), "about");
    assert.deepEqual(captured.warnings, []);

    const restless = await record(links([["/restless", "Pricing"]]));
    const seen = restless.frames.map(pageOf);
    assert.deepEqual([seen[7], seen[8], seen.at(-1)], ["home", "pricing", "home"]);
    assert.match(
      restless.captured.warnings.join(),
      /^The recording came back to the page that it began/,
    );
  });
});

suite("a recording stays on its page, with a warning,", () => {
  const stays = "The recording stayed on the page that it began with: ";
  const toPricing = links([["/pricing", "Pricing"]]);
  const ways: [name: string, animation: Partial<Animation>, body: string, why: string | RegExp][] =
    [
      [
        "without a link that fits",
        { scrollNavigateLinkHints: ["jobs"] },
        toPricing,
        "it shows no link to another page of its host whose text fits animation.scrollNavigateLinkHints",
      ],
      ["without any link", {}, "", "it shows no link to another page of its host"],
      [
        "if the host is not allowed to pages",
        { scrollNavigateToURL: "http://private.test/" },
        toPricing,
        privateSentence,
      ],
      [
        "if the host is down",
        { scrollNavigateToURL: "http://down.test/" },
        toPricing,
        /^down.test could not be reached/,
      ],
      [
        "if the page is not found",
        { scrollNavigateToURL: `${own}/missing` },
        toPricing,
        /^own.test answered with HTTP status 404/,
      ],
      [
        "if there is no content",
        {},
        links([["/nothing", "Pricing"]]),
        /^the link leads to no content/,
      ],
      [
        "if it is a file",
        { scrollNavigateToURL: `${own}/file` },
        toPricing,
        /^animation.scrollNavigateToURL leads to a file to download/,
      ],
      [
        "if the host does not answer",
        { scrollNavigateToURL: `${own}/silent` },
        toPricing,
        /^The page's host did not answer within navigationTimeoutSeconds \(1\)/,
      ],
    ];
  for (const [name, animation, body, why] of ways)
    test(name, async () => {
      pages["/file"] = "PK";
      const { frames, captured } = await record(body, animation, { navigationTimeoutSeconds: 1 });
      assertStayed(frames);
      assert.equal(captured.warnings.length, 1, captured.warnings.join());
      const [warning = ""] = captured.warnings;
      assert.ok(warning.startsWith(stays), warning);
      const said = warning.slice(stays.length);
      if (typeof why === "string") assert.equal(said, why);
      else assert.match(said, why);
    });

  test("if the account may not visit the other page, whatever leads there", async () => {
    const targets = parseAccountTargets({ allow: ["own.test"] });
    const denied = parseAccountTargets({ deny: ["other.test"] });
    for (const limit of [targets, denied])
      for (const url of [other, `${own}/to-other`]) {
        const animation = { scrollNavigateToURL: url };
        const { frames, captured } = await record("", animation, { context: { targets: limit } });
        assertStayed(frames);
        assert.deepEqual(captured.warnings, [
          `${stays}This account may not visit other.test; its operator can allow it in \`targets\` of the Account`,
        ]);
        if (limit === targets) assert.ok(!asked.includes("other.test/pricing"), asked.join());
        asked.length = 0;
      }
  });

  test("if its end comes first", async () => {
    const late = { scrollNavigateAfterMilliseconds: 5000 };
    const { frames, captured } = await record(toPricing, late);
    assertStayed(frames);
    assert.deepEqual(captured.warnings, [
      "The recording went on to no other page: animation.scrollNavigateAfterMilliseconds is not before its end",
    ]);
    assert.deepEqual(asked, ["own.test/"]);
  });

  test("and goes nowhere unless it is asked to", async () => {
    const { frames, captured } = await record(toPricing, { scrollTryNavigate: false });
    assertStayed(frames);
    assert.deepEqual(captured.warnings, []);
    assert.deepEqual(asked, ["own.test/"]);
  });
});
