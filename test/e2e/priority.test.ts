import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { HeldPages } from "../support/held-pages.ts";
import { LocalStills, type LocalCoordinates } from "../support/local-stills.ts";

/**
 * Real pages in real browsers: asynchronous calls fill every slot and wait in numbers, and a synchronous call comes. The site holds its
 * answers back, so the order in which pages are opened is the order of captures.
 */

const address = "127.0.53.62";
const asynchronousCalls = 30;

let stills: LocalStills;
let at: LocalCoordinates;
let pages: HeldPages;

before(async () => {
  pages = await HeldPages.start(address);
  stills = await LocalStills.start({ env: { STILLS_EGRESS_ALLOW_CIDRS: `${address}/32` } });
  at = await stills.coordinates();
});

after(async () => {
  pages?.allow(Number.POSITIVE_INFINITY);
  await stills?.stop();
  await pages?.stop();
});

function callURL(path: string, options: Record<string, string>): string {
  const url = `http://${address}:${pages.port}${path}`;
  const query = new URLSearchParams({ access_key: at.accessKey, url, ...options });
  return `${at.gatewayURL}/take?${query.toString()}`;
}

/** A gauge of the pool, as the leading controller has it. */
async function ofPool(gauge: string): Promise<number> {
  const texts = await Promise.all(
    (at.metricsURLs["controller"] ?? []).map(async (url) => (await fetch(url)).text()),
  );
  const [value] = texts.flatMap((text) =>
    text.split("\n").filter((line) => line.startsWith(`${gauge}{pool="default"} `)),
  );
  return Number(value?.split(" ")[1]);
}

const waitingJobs = () => ofPool("stills_pool_queued_jobs");

test("the page of a synchronous call is the next that is opened, before all asynchronous ones that wait", async () => {
  for (let call = 0; call < asynchronousCalls; call += 1) {
    const response = await fetch(callURL(`/asynchronous/${call}`, { async: "true" }));
    assert.equal(response.status, 201, await response.text());
  }
  await eventually("every slot has a page open", async () => {
    return pages.open > 0 && pages.open === (await ofPool("stills_pool_slots"));
  });
  const before = await waitingJobs();
  assert.ok(before > 10, String(before));
  const answer = fetch(callURL("/synchronous", { format: "png" }));
  await eventually("the call's job waits", async () => (await waitingJobs()) > before);

  const opened = pages.paths.length;
  pages.allow(1);
  await eventually("a slot opens the next page", () => pages.paths.length > opened);
  const next = pages.paths.slice(0, opened + 1);
  assert.ok(next.includes("/synchronous"), next.slice(opened - 5).join(" "));

  pages.allow(Number.POSITIVE_INFINITY);
  const response = await answer;
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "image/png");
});
