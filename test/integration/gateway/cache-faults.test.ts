import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { CachedShop, pathOf, seen } from "./cached-shop.ts";

/** `cache` of `/take` when calls come together, renders fail, and the object store does not do its part. */

let shop: CachedShop;

before(async () => {
  shop = await CachedShop.start();
});

after(async () => {
  await shop?.[Symbol.asyncDispose]();
});

test("equal calls that arrive together share one render, which goes on when one of them hangs up", async () => {
  const url = shop.newPage();
  const held = Promise.withResolvers<void>();
  shop.worker.behave = async (request, by) => {
    await held.promise;
    return await shop.paint(request, by);
  };
  const before = shop.renders;
  const leaving = new AbortController();
  const first = shop.ask({ url }, { init: { signal: leaving.signal } });
  const requests = shop.worker.requests.length;
  await eventually("it is rendered", () => shop.worker.requests.length > requests);
  const others = Array.from({ length: 6 }, (_, index) =>
    shop.ask({ url, response_type: index % 2 === 0 ? "by_format" : "json" }),
  );
  await shop.gateway(0).eventually("all wait", async () => {
    const waiting = await shop.gateway(0).metric("stills_gateway_cache_waiting_requests");
    return waiting === 7;
  });
  leaving.abort();
  await assert.rejects(first);
  held.resolve();
  const answers = await Promise.all(others);
  shop.worker.behave = shop.paint;
  assert.deepEqual(
    answers.map(({ status, cache }) => [status, cache]),
    answers.map(() => [200, "Shared"]),
  );
  assert.equal(shop.renders, before + 1);
  const pictures = answers.filter((_, index) => index % 2 === 0).map(({ text }) => text);
  assert.deepEqual(
    pictures,
    pictures.map(() => `picture number ${shop.renders} of the day`),
  );
  const json = JSON.parse(answers[1]?.text ?? "") as Record<string, unknown>;
  const linked = await seen(await fetch(`${shop.gateway(0).url}${pathOf(json["cache_url"])}`));
  assert.equal(linked.text, pictures[0]);
});

test("a failure is told to those who waited for it, and to nobody later", async () => {
  const url = shop.newPage();
  shop.worker.behave = async () => ({
    ...{ kind: "Failed", reason: "NameNotResolved", message: "No such host" },
  });
  const failed = await shop.ask({ url });
  assert.equal(failed.status, 400);
  assert.match(failed.text, /name_not_resolved/);
  shop.worker.behave = shop.paint;
  const next = await shop.ask({ url });
  assert.deepEqual([next.status, next.cache], [200, "Miss"]);
});

test("a picture whose time is over, or that is gone from the object store, is rendered anew", async () => {
  const expired = shop.newPage();
  shop.clock.aheadMilliseconds = -14_401_000;
  assert.equal((await shop.ask({ url: expired })).cache, "Miss");
  shop.clock.aheadMilliseconds = 0;
  assert.equal((await shop.ask({ url: expired })).cache, "Miss");
  assert.equal((await shop.ask({ url: expired })).cache, "Hit");

  const lost = shop.newPage();
  const first = await shop.ask({ url: lost });
  const name = first.headers.get("x-screenshotone-trace-id") ?? "";
  const copy = (await shop.world.job(name))?.status?.cachedCopy;
  assert.ok(copy);
  await shop.world.store.remove(copy.key);
  for (const options of [{ response_type: "json" }, {}] as const) {
    const again = await shop.ask({ url: lost, ...options });
    assert.deepEqual([again.status, again.cache], [200, "Miss"]);
    const renewed = again.headers.get("x-screenshotone-trace-id") ?? "";
    assert.notEqual(renewed, name);
    await shop.world.store.remove((await shop.world.job(renewed))?.status?.cachedCopy?.key ?? "");
  }
});

test("a cache that hangs costs a call little and fails none", async () => {
  const url = shop.newPage();
  const first = await shop.ask({ url });
  const requests = shop.worker.requests.length;
  await shop.store.become("Hanging");
  const answering = shop.ask({ url }, { at: 1 });
  await eventually("it is rendered", () => shop.worker.requests.length > requests);
  await shop.store.become("None");
  const answer = await answering;
  assert.deepEqual([answer.status, answer.cache], [200, "Miss"], answer.text);
  assert.notEqual(answer.text, first.text);
  await shop.gateway(1).untilLogged("Could not look into the cache");
  const failed = await shop
    .gateway(1)
    .metric('stills_gateway_cache_lookups_total{outcome="Failed"}');
  assert.ok(failed >= 1);
});

test("the cache is counted by what it had", async () => {
  const url = shop.newPage();
  const line = (outcome: string) => `stills_gateway_cache_lookups_total{outcome="${outcome}"}`;
  const counts = async () =>
    await Promise.all(["Hit", "Miss"].map((outcome) => shop.gateway(0).metric(line(outcome))));
  const [hits = 0, misses = 0] = await counts();
  for (let calls = 0; calls < 3; calls += 1) await shop.ask({ url });
  assert.deepEqual(await counts(), [hits + 2, misses + 1]);
  assert.ok((await shop.controller.metric('stills_cached_pictures_total{outcome="Cached"}')) > 1);
});
