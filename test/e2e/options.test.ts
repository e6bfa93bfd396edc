import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { printedArea } from "../support/printed-document.ts";
import { assertSize, decodePicture, type DecodedPicture } from "../support/picture.ts";
import { colours, type Colour } from "../support/site/colours.ts";
import { startSite, type Site } from "../support/site/serve.ts";

/** Options of `/take` through the whole system: what they do to a page is tested beside the worker, here that they arrive. */

type Options = Record<string, string | number | boolean | string[]>;

const address = "127.0.53.6";
let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;

before(async () => {
  site = await startSite({ host: address });
  stills = await StillsTenant.create("options");
  at = await stills.coordinates();
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

async function take(path: string, options: Options = {}): Promise<Response> {
  const query = new URLSearchParams({ access_key: at.accessKey, url: site.url + path });
  for (const [name, value] of Object.entries({ format: "png", ...options }))
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  return await fetch(`${at.gatewayURL}/take?${query.toString()}`);
}

async function bytesOf(response: Response): Promise<Buffer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, bytes.toString("utf8").slice(0, 500));
  return bytes;
}

async function see(path: string, options: Options = {}): Promise<DecodedPicture> {
  return await decodePicture(await bytesOf(await take(path, options)));
}

const holds = (expression: string): string => `/holds?expression=${encodeURIComponent(expression)}`;
const position =
  "new Promise((yes) => navigator.geolocation.getCurrentPosition(({ coords }) => yes(coords.latitude === 52.52 && coords.longitude === -13.4 && coords.accuracy === 7), () => yes(false)))";

/** Red at this place without the option, green with it. */
const turning: [options: Options, path: string, x?: number, y?: number][] = [
  [
    { viewport_device: "pixel_5" },
    holds("innerWidth === 393 && navigator.userAgent.includes('Pixel 5')"),
  ],
  [{ viewport_mobile: true }, holds("window.orientation === 0")],
  [{ block_ads: true }, "/annoying", 650, 50],
  [{ block_ads: true }, "/hidden-boxes", 50, 50],
  [{ block_chats: true }, "/hidden-boxes", 150, 50],
  [{ block_socials: true }, "/hidden-boxes", 250, 50],
  [{ block_cookie_banners: true }, "/hidden-boxes", 350, 50],
  [{ viewport_has_touch: true }, holds("navigator.maxTouchPoints > 0")],
  [{ viewport_landscape: true }, holds("screen.orientation.angle === 90")],
  [{ media_type: "print" }, holds("matchMedia('print').matches")],
  [{ reduced_motion: true }, holds("matchMedia('(prefers-reduced-motion: reduce)').matches")],
  [
    { time_zone: "Asia/Tashkent" },
    holds("Intl.DateTimeFormat().resolvedOptions().timeZone === 'Asia/Tashkent'"),
  ],
  [
    { geolocation_latitude: 52.52, geolocation_longitude: -13.4, geolocation_accuracy: 7 },
    holds(position),
  ],
  [{ user_agent: "Mine/2" }, "/sent?name=user-agent&value=Mine/2"],
  [{ bypass_csp: true }, "/strict"],
  [{ click: "#button" }, "/buttons", 100, 50],
  [{ click: "shadow/.inside" }, "/buttons", 100, 350],
  [{ hover: "#hovered" }, "/buttons", 100, 150],
  [
    {
      scripts: `location.href = "${holds("true").replaceAll('"', "")}"`,
      scripts_wait_until: ["load", "domcontentloaded"],
    },
    "/strict?then=gone",
  ],
];

test("each option changes what the picture shows", async () => {
  for (const [options, path, x = 10, y = 10] of turning) {
    const names = Object.keys(options).join();
    const colourOf = async (given: Options): Promise<Colour> =>
      (await see(path, given)).colourAt(x, y);
    assert.deepEqual(await colourOf({}), colours.red, `without ${names}`);
    assert.deepEqual(await colourOf(options), colours.green, `with ${names}`);
  }
});

test("a delay is waited for, beside whatever else is", async () => {
  const path = "/late?milliseconds=5000";
  assert.deepEqual((await see(path)).colourAt(10, 10), colours.red);
  assert.deepEqual((await see(path, { delay: 7 })).colourAt(10, 10), colours.green);
});

test("scrolling to an element, and where it ends up", async () => {
  const viewport = { viewport_height: 800 };
  const top = await see("/elements", { ...viewport, scroll_into_view: "#below" });
  const adjusted = await see("/elements", {
    ...{ ...viewport, scroll_into_view: "#below", scroll_into_view_adjust_top: -100 },
  });
  assert.deepEqual(top.colourAt(60, 5), colours.blue);
  assert.deepEqual(adjusted.colourAt(60, 95), colours.white);
  assert.deepEqual(adjusted.colourAt(60, 105), colours.blue);
  const still = await take("/elements", { selector: "#below", selector_scroll_into_view: false });
  assertSize(await decodePicture(await bytesOf(still)), 400, 150);
});

test("what moves is at rest, or as it is", async () => {
  const atRest = await see("/rest/moving", { stills_animations: "at_rest" });
  const asIs = await see("/rest/moving", { stills_animations: "as_is" });
  assert.deepEqual(atRest.colourAt(150, 50), colours.green);
  assert.deepEqual(asIs.colourAt(150, 50), colours.red);
});

test("what a page loads can be blocked", async () => {
  const idle = { wait_until: "networkidle0" };
  const all = await see("/parts", idle);
  const blocked = await see("/parts", {
    ...{ ...idle, block_resources: ["stylesheet", "script"], block_requests: "*/square.png*" },
  });
  for (const [index, colour] of [colours.green, colours.green, colours.green].entries())
    assert.deepEqual(all.colourAt(index * 100 + 5, 5), colour);
  for (const index of [0, 1, 2])
    assert.notDeepEqual(blocked.colourAt(index * 100 + 5, 5), colours.green);
  assert.deepEqual(blocked.colourAt(305, 5), colours.green);
});

test("pictures are scaled, and transparent on wish", async () => {
  assertSize(await see("/corners", { image_width: 320 }), 320, 256);
  assertSize(await see("/corners", { image_width: 320, image_height: 128 }), 160, 128);
  const clear = await bytesOf(await take("/corners", { format: "webp", omit_background: true }));
  assert.equal((await sharp(clear).stats()).isOpaque, false);
});

test("a PDF has its type, its extension and its pages", async () => {
  const options = {
    ...{ format: "pdf", pdf_paper_format: "a6", pdf_landscape: true, pdf_margin: "1.27cm" },
    ...{ pdf_print_background: true, attachment_name: "prices" },
  };
  const response = await take("/tall?height=3000", options);
  assert.equal(response.headers.get("content-type"), "application/pdf");
  assert.equal(response.headers.get("content-disposition"), 'attachment; filename="prices.pdf"');
  assert.equal(response.headers.get("x-screenshotone-image-width"), null);
  const bytes = await bytesOf(response);
  const boxes = [...bytes.toString("latin1").matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  assert.ok(boxes.length > 5);
  assert.deepEqual(
    boxes[0]?.slice(1).map((edge) => Math.round(Number(edge))),
    [420, 298],
  );
  // Half an inch on each side, in points.
  assert.deepEqual(printedArea(bytes), [36, 36, 420 - 72, 298 - 72]);

  const stored = await take("/tall?height=3000", {
    ...{ format: "pdf", pdf_fit_one_page: true, metadata_image_size: true },
    ...{ store: true, storage_path: "e2e/document", response_type: "json" },
  });
  const body = JSON.parse((await bytesOf(stored)).toString("utf8")) as Record<string, unknown>;
  assert.deepEqual(body["store"], { bucket: "stills", key: "stored/options/e2e/document.pdf" });
  assert.equal(body["metadata"], undefined);
  const linked = await fetch(String(body["screenshot_url"]));
  assert.equal(linked.headers.get("content-type"), "application/pdf");
  assert.match((await bytesOf(linked)).toString("latin1"), /^%PDF/);
});

const facts = {
  ...{ metadata_page_title: true, metadata_open_graph: true, metadata_icon: true },
  ...{ metadata_fonts: true, metadata_image_size: true },
  ...{ metadata_http_response_status_code: true, metadata_http_response_headers: true },
};
const title = "Preise für Müller & Söhne – 日本";

test("facts of the page come as headers of the picture, straight from the worker or from the store", async () => {
  for (const detour of [{}, { store: true, storage_path: "e2e/described" }]) {
    const response = await take("/described", { ...facts, ...detour });
    await bytesOf(response);
    const header = (name: string): string =>
      decodeURIComponent(response.headers.get(`x-screenshotone-${name}`) ?? "");
    assert.equal(header("page-title"), title);
    assert.equal(header("http-response-status-code"), "200");
    assert.equal(header("image-width"), "1280");
    assert.equal((JSON.parse(header("open-graph")) as { title: string }).title, "Prices");
    assert.deepEqual(JSON.parse(header("icon")), {
      url: `${site.url}/large.svg`,
      type: "image/svg+xml",
    });
    assert.equal((JSON.parse(header("fonts")) as unknown[]).length, 2);
    assert.equal(
      (JSON.parse(header("http-response-headers")) as Record<string, string>)["x-made-by"],
      "the site",
    );
  }
  const none = await take("/described");
  await bytesOf(none);
  assert.equal(none.headers.get("x-screenshotone-page-title"), null);
});

interface DescribedAnswer {
  metadata: {
    page_title: string;
    open_graph: Record<string, string>;
    icon: { url: string };
    image_size: { width: number; height: number };
  };
  fonts: { first: string; fallback: string[]; elements: string[] }[];
  http_response: { status_code: number; headers: Record<string, string> };
}

test("facts of the page stand in the JSON answer, and in the job", async () => {
  const response = await take("/described", { ...facts, response_type: "json" });
  const body = JSON.parse((await bytesOf(response)).toString("utf8")) as DescribedAnswer;
  assert.equal(body.metadata.page_title, title);
  assert.equal(body.metadata.open_graph.description, "What it costs");
  assert.equal(body.metadata.icon.url, `${site.url}/large.svg`);
  assert.deepEqual(body.metadata.image_size, { width: 1280, height: 1024 });
  assert.deepEqual(body.fonts[0], {
    ...{ first: "Liberation Serif", fallback: ["Georgia", "serif"], elements: ["h1"] },
  });
  assert.equal(body.http_response.status_code, 200);
  assert.equal(body.http_response.headers["x-made-by"], "the site");

  const name = response.headers.get("x-screenshotone-trace-id") ?? "";
  const stored = await stills.kubectl(
    ...["get", "shot", name, "-n", at.namespace, "-o", "jsonpath={.status.metadata.pageTitle}"],
  );
  assert.equal(stored.trim(), title);
});

interface ContentAnswer {
  content?: { url: string; expires: string; format: string };
}

test("the page's content comes as a link, in JSON, as headers and in the form asked for", async () => {
  const kept = { metadata_content: true, response_type: "json" };
  const inJSON = await take("/described", { ...kept, metadata_content_format: "markdown" });
  const { content } = JSON.parse((await bytesOf(inJSON)).toString("utf8")) as ContentAnswer;
  assert.equal(content?.format, "markdown");
  const markdown = await fetch(content.url);
  assert.equal(markdown.headers.get("content-type"), "text/markdown; charset=utf-8");
  assert.equal((await bytesOf(markdown)).toString("utf8"), "# Prices\n\nOne\n\nTwo\n");
  const lifeSeconds =
    (Date.parse(content.expires) - Date.parse(inJSON.headers.get("date") ?? "")) / 1000;
  assert.ok(lifeSeconds > 3.9 * 3600 && lifeSeconds <= 4 * 3600, content.expires);

  const picture = await take("/described", { metadata_content: true });
  assert.equal(picture.headers.get("content-type"), "image/png");
  assertSize(await decodePicture(await bytesOf(picture)), 1280, 1024);
  assert.match(picture.headers.get("x-screenshotone-content-expires") ?? "", / GMT$/);
  const html = await fetch(picture.headers.get("x-screenshotone-content-url") ?? "");
  assert.equal(html.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(html.headers.get("content-security-policy") ?? "", /^sandbox/);
  assert.match((await bytesOf(html)).toString("utf8"), /<h1>Prices<\/h1>/);

  const without = await take("/described", { response_type: "json" });
  const answer = JSON.parse((await bytesOf(without)).toString("utf8")) as ContentAnswer;
  assert.equal(answer.content, undefined);
});

test("pages that nobody wants a picture of answer with the original's codes", async () => {
  const cases: [Options, number, string, string | null][] = [
    [
      { fail_if_content_contains: ["x1y2", "SOME text"] },
      500,
      "content_contains_specified_string",
      "ContentContainsText",
    ],
    [
      { fail_if_content_missing: "sold out" },
      500,
      "content_missing_specified_string",
      "ContentMissesText",
    ],
    [
      { fail_if_request_failed: "*/missing.png" },
      500,
      "matched_failed_request",
      "PageRequestFailed",
    ],
    [{ time_zone: "Europe/Atlantis" }, 400, "request_not_valid", null],
    [
      { click: "#nothing", timeout: 15, navigation_timeout: 5 },
      400,
      "selector_not_found",
      "SelectorNotFound",
    ],
    [
      { scripts: "location.href = '/blank'" },
      400,
      "script_triggers_redirect",
      "ScriptTriggeredRedirect",
    ],
  ];
  for (const [options, status, code, reason] of cases) {
    const response = await take("/broken", options);
    const body = (await response.json()) as Record<string, unknown>;
    assert.equal(body["error_code"], code, JSON.stringify(body));
    assert.equal(response.status, status);
    assert.equal(response.headers.get("x-stills-reason"), reason);
  }
  const fine = {
    ...{ fail_if_content_contains: "sold out", fail_if_content_missing: "Some Text" },
    ...{ fail_if_request_failed: "*/square.png", click: "#nothing" },
    ...{ error_on_click_selector_not_found: false, timeout: 20 },
  };
  await bytesOf(await take("/broken", fine));
});
