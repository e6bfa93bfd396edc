import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { jobsIn } from "../support/job-reader.ts";
import { assertSize, decodePicture } from "../support/picture.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";

/** `/bulk` through the whole system. */

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;

before(async () => {
  site = await startSite({ host: "127.0.53.14" });
  stills = await StillsTenant.create("bulk");
  at = await stills.coordinates();
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

interface Item {
  url: string;
  response?: {
    is_successful: boolean;
    status: number;
    statusText: string;
    body?: Record<string, unknown>;
  };
}

async function bulk(body: object): Promise<{ status: number; text: string; items: Item[] }> {
  const answer = await fetch(`${at.gatewayURL}/bulk`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ access_key: at.accessKey, ...body }),
  });
  const text = await answer.text();
  const { responses: items = [] } = JSON.parse(text) as { responses?: Item[] };
  return { status: answer.status, text, items };
}

const page = (path = "/shop"): string => `${site.url}${path}`;

test("links take their pictures when they are fetched, and not before", async () => {
  const { items, status } = await bulk({
    options: { url: page(), format: "png", viewport_width: 300, viewport_height: 200 },
    requests: [{}, { viewport_width: 400, hide_selectors: [".a", ".b"] }],
  });
  assert.equal(status, 200);
  assert.deepEqual(await jobsIn(stills, at.namespace), []);
  const widths = [300, 400];
  for (const [number, { url, response }] of items.entries()) {
    assert.equal(response, undefined);
    const answer = await fetch(url);
    assert.equal(answer.status, 200);
    const picture = await decodePicture(Buffer.from(await answer.arrayBuffer()));
    assertSize(picture, widths[number] ?? 0, 200);
  }
  assert.equal(items.length, 2);
  assert.match(items[1]?.url ?? "", /hide_selectors=.a&hide_selectors=.b&/);
});

test("a link cannot be changed", async () => {
  const { items } = await bulk({ requests: [{ url: page(), delay: 1 }] });
  const changed = (items[0]?.url ?? "").replace("delay=1", "delay=2");
  const answer = await fetch(changed);
  const { error_code: code } = (await answer.json()) as { error_code: string };
  assert.equal(code, "signature_is_not_valid");
});

test("executed, each request has its own response", async () => {
  const { items, status } = await bulk({
    execute: true,
    options: { url: page(), response_type: "json", format: "png" },
    requests: [
      { viewport_width: 300, viewport_height: 200 },
      { url: page("/status/404") },
      { response_type: "by_format" },
      { async: true },
    ],
  });
  assert.equal(status, 200);
  const [taken, missing, plain, accepted] = items.map(({ response }) => response);
  assert.deepEqual([taken?.is_successful, taken?.status, taken?.statusText], [true, 200, "OK"]);
  const link = String(taken?.body?.["screenshot_url"]);
  const picture = Buffer.from(await (await fetch(link)).arrayBuffer());
  assertSize(await decodePicture(picture), 300, 200);
  assert.deepEqual(
    [missing?.is_successful, missing?.status, missing?.body?.["error_code"]],
    [false, 500, "host_returned_error"],
  );
  assert.equal(missing?.body?.["returned_status_code"], 404);
  assert.deepEqual(plain, { is_successful: true, status: 200, statusText: "OK" });
  assert.deepEqual(accepted, { is_successful: true, status: 201, statusText: "Created" });
});

const together = [
  { viewport_width: 300, viewport_height: 200 },
  { viewport_width: 300, viewport_height: 200, format: "webp" },
  { viewport_width: 300, viewport_height: 200, selector: "header" },
  { viewport_width: 300, viewport_height: 200, full_page: true },
  { viewport_width: 300, viewport_height: 200, full_page: true, image_width: 100 },
];

/** The pictures of one page, and how often it was loaded for them. */
async function takeTogether(optimize: boolean): Promise<{ pictures: Buffer[]; loads: number }> {
  const path = `/shop?optimize=${optimize}`;
  const { items } = await bulk({
    execute: true,
    optimize,
    options: { url: page(path), response_type: "json", format: "png" },
    requests: together,
  });
  const links = items.map(({ response }) => String(response?.body?.["screenshot_url"]));
  const answers = await Promise.all(links.map((link) => fetch(link)));
  const pictures = await Promise.all(
    answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())),
  );
  return { pictures, loads: site.visited.filter((visited) => visited === path).length };
}

test("optimized, pictures of one page are taken of one load, and are the same", async () => {
  const optimized = await takeTogether(true);
  const control = await takeTogether(false);
  assert.deepEqual([optimized.loads, control.loads], [1, together.length]);
  for (const [at, picture] of optimized.pictures.entries())
    assert.ok(
      picture.equals(control.pictures[at] ?? Buffer.alloc(0)),
      JSON.stringify(together[at]),
    );
  const sizes = await Promise.all(optimized.pictures.map(decodePicture));
  assert.deepEqual(
    sizes.slice(0, 2).map(({ width, height, format }) => [width, height, format]),
    [
      [300, 200, "png"],
      [300, 200, "webp"],
    ],
  );
  assert.ok((sizes[3]?.height ?? 0) > 1_000);
  assert.equal(sizes[4]?.width, 100);
});

test("optimized, what cannot share a load has its own, and failures are of each request", async () => {
  const path = "/shop?mixed";
  const { items } = await bulk({
    execute: true,
    optimize: true,
    options: { url: page(path), format: "png" },
    requests: [
      {},
      { full_page: true },
      { selector: "#nothing", error_on_selector_not_found: true, timeout: 30 },
      { viewport_width: 400 },
      { cookies: "a=b" },
      { url: page("/status/404") },
      { url: page("/status/404"), full_page: true },
    ],
  });
  assert.deepEqual(
    items.map(({ response }) => response?.body?.["error_code"] ?? response?.status),
    [200, 200, "selector_not_found", 200, 200, "host_returned_error", "host_returned_error"],
  );
  // One for both pictures; the element that is missing is looked for again on a page of its own.
  assert.equal(site.visited.filter((visited) => visited === path).length, 4);
});

test("one request that is not valid refuses the call before anything is taken", async () => {
  const before_ = (await jobsIn(stills, at.namespace)).length;
  const { status, text } = await bulk({
    execute: true,
    requests: [{ url: page() }, { url: page(), viewport_width: -1 }],
  });
  assert.equal(status, 400);
  assert.match(text, /requests\[1\]: The request is not valid: \\"viewport_width\\" must be/);
  assert.equal((await jobsIn(stills, at.namespace)).length, before_);
});

test("options that no link can hold are refused, unless they are executed", async () => {
  // Each letter takes six bytes of a query.
  const html = `<p>${"é".repeat(3_000)}</p>`;
  const lazy = await bulk({ requests: [{ html }] });
  assert.equal(lazy.status, 400);
  assert.match(lazy.text, /requests\[0\]\\" makes a link of \d+ bytes and may make one of 16384/);
  const executed = await bulk({ execute: true, requests: [{ html }] });
  assert.equal(executed.items[0]?.response?.status, 200);
});

test("the key is asked for first, and other methods are no route", async () => {
  const answer = await fetch(`${at.gatewayURL}/bulk`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ requests: [] }),
  });
  const { error_code: code } = (await answer.json()) as { error_code: string };
  assert.deepEqual([answer.status, code], [400, "access_key_required"]);
  assert.equal((await fetch(`${at.gatewayURL}/bulk`)).status, 404);
});
