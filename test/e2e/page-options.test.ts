import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { assertSize, decodePicture, type DecodedPicture } from "../support/picture.ts";
import { colours } from "../support/site/colours.ts";
import { kindParts } from "../support/site/kinds.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { TakeCaller, type TakeOptions } from "../support/take-caller.ts";

/** The rest of the options of `/take`: each has a call whose picture, bytes or requests change. */

const address = "127.0.53.11";
let stills: StillsTenant;
let site: Site;
let caller: TakeCaller;

before(async () => {
  site = await startSite({ host: address });
  stills = await StillsTenant.create("page-options");
  caller = new TakeCaller(await stills.coordinates());
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

async function bytesOf(path: string, options: TakeOptions = {}): Promise<Buffer> {
  return await caller.bytes({ url: site.url + path, format: "png", ...options });
}

async function see(path: string, options: TakeOptions = {}): Promise<DecodedPicture> {
  return await decodePicture(await bytesOf(path, options));
}

const parts = ["image", "style", "script", "fetch", "xhr", "frame", "socket"];
const blockedParts: [kind: string, path: string, names: readonly string[], part: string][] = [
  ["image", "/parts", parts, "image"],
  ["stylesheet", "/parts", parts, "style"],
  ["script", "/parts", parts, "script"],
  ["fetch", "/parts", parts, "fetch"],
  ["xhr", "/parts", parts, "xhr"],
  ["websocket", "/parts", parts, "socket"],
  ["font", "/kinds", kindParts, "font"],
  ["media", "/kinds", kindParts, "media"],
  ["texttrack", "/kinds", kindParts, "texttrack"],
  ["eventsource", "/kinds", kindParts, "eventsource"],
  ["document", "/kinds", kindParts, "object"],
];

test("block_resources keeps what it names from the page, and nothing else", async () => {
  const wait = { wait_until: "load", wait_for_selector: "body.settled" };
  for (const [kind, path, names, part] of blockedParts) {
    const picture = await see(path, { ...wait, block_resources: kind });
    for (const [index, name] of names.entries()) {
      const colour = picture.colourAt(index * 100 + 5, 5);
      if (name === part) assert.notDeepEqual(colour, colours.green, `${kind} blocks ${name}`);
      else if (name !== "frame") assert.deepEqual(colour, colours.green, `${kind} and ${name}`);
    }
  }
});

test("block_resources takes what no page of a headless browser asks for", async () => {
  const picture = await see("/kinds", {
    ...{ wait_for_selector: "body.settled", block_resources: ["manifest", "other"] },
  });
  assert.deepEqual(picture.colourAt(5, 5), colours.green);
});

test("quality, scale and colour scheme", async () => {
  const rough = await bytesOf("/shop", { format: "jpg", image_quality: 5 });
  const fine = await bytesOf("/shop", { format: "jpg", image_quality: 95 });
  assert.ok(rough.length * 2 < fine.length, `${rough.length} and ${fine.length} bytes`);
  assertSize(await see("/corners", { device_scale_factor: 2 }), 2560, 2048);
  assert.deepEqual((await see("/scheme")).colourAt(5, 5), colours.yellow);
  assert.deepEqual((await see("/scheme", { dark_mode: true })).colourAt(5, 5), colours.navy);
});

test("styles, hidden elements and clips", async () => {
  const styles = `body { background: rgb(${colours.green.join()}) !important; }`;
  assert.deepEqual((await see("/blank", { styles })).colourAt(5, 5), colours.green);
  const hidden = await see("/corners", { hide_selectors: ["i:first-of-type", ".none"] });
  assert.deepEqual(hidden.colourAt(5, 5), colours.white);
  assert.deepEqual(hidden.colourAt(1275, 5), colours.green);
  const clip = await see("/corners", {
    clip_x: 1180,
    clip_y: 924,
    clip_width: 100,
    clip_height: 90,
  });
  assertSize(clip, 100, 90);
  assert.deepEqual(clip.colourAt(5, 5), colours.yellow);
});

/** Where the page was scrolled to while its picture was taken, and when, by its own clock. */
async function scrolls(options: TakeOptions): Promise<{ top: number; at: number }[]> {
  const earlier = site.visited.length;
  await bytesOf("/scroll-log", { full_page: true, ...options });
  return site.visited
    .slice(earlier)
    .filter((path) => path.startsWith("/scrolled"))
    .map((path) => new URL(path, site.url).searchParams)
    .map((query) => ({ top: Number(query.get("top")), at: Number(query.get("at")) }));
}

test("how a whole page is scrolled through, and where it is cut", async () => {
  assert.deepEqual(await scrolls({ full_page_scroll: false }), []);
  const quick = { full_page_scroll_by: 700, full_page_scroll_delay: 100 };
  const tops = (await scrolls(quick)).map(({ top }) => top);
  // A page learns where it is once a frame, so it may miss a step; the window's own height would have led to 1024.
  assert.deepEqual(
    tops.filter((top) => ![0, 700, 1400, 1976].includes(top)),
    [],
  );
  assert.ok(tops.includes(700) || tops.includes(1400), tops.join());
  const [first, second] = await scrolls({ full_page_scroll_by: 900, full_page_scroll_delay: 900 });
  assert.ok(first !== undefined && second !== undefined);
  // In the middle between what is asked for and the default, 400.
  assert.ok(second.at - first.at >= 650, `${first.at} and ${second.at}`);
  assertSize(await see("/tall", { full_page: true, full_page_max_height: 3000 }), 1280, 3000);
});

function pagesOf(document: Buffer): number {
  return [...document.toString("latin1").matchAll(/\/Type \/Page\b/g)].length;
}

test("each margin of a document lays out its pages anew", async () => {
  const options = { format: "pdf", pdf_paper_format: "a6" };
  const plain = pagesOf(await bytesOf("/article", options));
  for (const side of ["top", "right", "bottom", "left"]) {
    const narrow = await bytesOf("/article", { ...options, [`pdf_margin_${side}`]: "5cm" });
    assert.notEqual(pagesOf(narrow), plain, side);
  }
});

test("waiting for as many elements as there are selectors, and for some time", async () => {
  const count = {
    wait_for_selector_algorithm: "at_least_by_count",
    timeout: 15,
    navigation_timeout: 5,
  };
  const html = "<p>One</p><p>Two</p>";
  await caller.bytes({ html, wait_for_selector: "p, b", ...count });
  await caller.bytes({ html, wait_for_selector: "b, p" });
  const missing = await caller.error({ html, wait_for_selector: "p, b, i", ...count });
  assert.equal(missing.code, "timeout_error");
  assert.match(missing.message, /p, b, i/);
  const late = await see("/late?milliseconds=500", { delay: 2 });
  assert.deepEqual(late.colourAt(5, 5), colours.green);
});

test("what is missing, or refused by the page's host, fails or does not, as is asked for", async () => {
  const hover = { url: `${site.url}/blank`, hover: "#nothing", timeout: 15, navigation_timeout: 5 };
  assert.equal((await caller.error(hover)).code, "selector_not_found");
  await caller.bytes({ ...hover, error_on_hover_selector_not_found: false });
  const missing = { url: `${site.url}/hostile/status/404` };
  const refused = await caller.error(missing);
  assert.deepEqual([refused.code, refused.status], ["host_returned_error", 500]);
  const ignored = await caller.take({
    ...{ ...missing, ignore_host_errors: true, metadata_http_response_status_code: true },
  });
  assert.equal(ignored.status, 200);
  assert.equal(ignored.headers.get("x-screenshotone-http-response-status-code"), "404");
  await ignored.arrayBuffer();
});
