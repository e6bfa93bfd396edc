import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accounts, secrets } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { accountsNamespace, tenant } from "../../support/installation/installation.ts";
import { CachedShop, pathOf, seen } from "./cached-shop.ts";
import { bearerOf, createAccount } from "./callers.ts";

/** `cache` of `/take`: which calls are answered by which picture, and how. */

let shop: CachedShop;

before(async () => {
  shop = await CachedShop.start();
});

after(async () => {
  await shop?.[Symbol.asyncDispose]();
});

test("an equal call is answered by every gateway with the same picture, without a job", async () => {
  const url = shop.newPage();
  const first = await shop.ask({ url, format: "png" });
  assert.deepEqual([first.status, first.cache], [200, "Miss"], first.text);
  assert.match(first.text, /^picture number/);
  const jobs = await shop.jobCount();
  // Options in another order, a default that is said, another way to say it, and what the picture does not depend on.
  const again = [
    await shop.ask({ format: "png", url }, { at: 1 }),
    await shop.ask({ url, format: "PNG", viewport_width: "1280", cache_ttl: "86400" }),
    await shop.ask({ url, format: "png", external_identifier: "a1", attachment_name: "b" }),
    await shop.post({ url, format: "png", cache: "true", cache_ttl: "20000", full_page: "false" }),
    await shop.ask({ url, format: "png" }, { init: { headers: { "idempotency-key": "one" } } }),
  ];
  for (const { status, cache, text, headers } of again) {
    assert.deepEqual([status, cache, text], [200, "Hit", first.text]);
    assert.equal(headers.get("content-type"), "image/png");
    assert.equal(
      headers.get("x-screenshotone-trace-id"),
      first.headers.get("x-screenshotone-trace-id"),
    );
  }
  assert.equal(again[2]?.headers.get("content-disposition"), 'attachment; filename="b.png"');
  assert.equal(await shop.jobCount(), jobs);
});

test("a hit says as JSON what the first call said, with a link that works everywhere and as long as the picture is cached", async () => {
  const url = shop.newPage();
  const options = { url, format: "png", metadata_image_size: "true", response_type: "json" };
  const first = await shop.ask({ ...options, cache_ttl: "86400" });
  const second = await shop.ask(options, { at: 1 });
  assert.deepEqual([first.cache, second.cache], ["Miss", "Hit"]);
  const [said, again] = [first, second].map(
    ({ text }) => JSON.parse(text) as Record<string, unknown>,
  );
  assert.deepEqual(said?.["metadata"], { image_size: { width: 4, height: 3 } });
  assert.deepEqual(again?.["metadata"], said?.["metadata"]);
  assert.equal(said?.["cache_url"], said?.["screenshot_url"]);
  const path = pathOf(said?.["cache_url"]);
  assert.equal(pathOf(again?.["cache_url"]), path);
  assert.equal(pathOf(second.headers.get("x-screenshotone-cache-url")), path);
  const byLink = await seen(await fetch(`${shop.gateway(1).url}${path}`));
  const byCall = await shop.ask({ url, format: "png", metadata_image_size: "true" });
  assert.deepEqual([byCall.cache, byCall.text], ["Hit", byLink.text]);
  const maxAge = Number(/max-age=(\d+)/.exec(byLink.headers.get("cache-control") ?? "")?.[1]);
  assert.ok(maxAge > 86_000 && maxAge <= 86_400, String(maxAge));
});

test("a hit outlives the job that was rendered for it, and what expires below artifacts/", async () => {
  const url = shop.newPage();
  const first = await shop.ask({ url });
  const name = first.headers.get("x-screenshotone-trace-id") ?? "";
  const artifact = (await shop.world.job(name))?.status?.artifact;
  assert.ok(artifact);
  shop.clock.aheadMilliseconds = 120_000;
  await eventually("the job is gone", async () => (await shop.world.job(name)) === undefined);
  shop.clock.aheadMilliseconds = 0;
  await shop.world.store.remove(artifact.key);
  const second = await shop.ask({ url }, { at: 1 });
  assert.deepEqual([second.cache, second.text], ["Hit", first.text]);
});

test("another option, another cache_key and another account have pictures of their own", async () => {
  const url = shop.newPage();
  const first = await shop.ask({ url });
  const others = [
    await shop.ask({ url, cache_key: "a" }),
    await shop.ask({ url, cache_key: "b" }),
    await shop.ask({ url, viewport_width: "800" }),
    await shop.ask({ url, store: "true", storage_path: "kept" }),
    await shop.ask({ url }, { account: "twin" }),
    await shop.ask({ url }, { account: "elsewhere" }),
  ];
  assert.deepEqual(
    others.map(({ cache, text }) => [cache, text === first.text]),
    others.map(() => ["Miss", false]),
  );
  assert.equal(new Set(others.map(({ text }) => text)).size, others.length);
  for (const [account, text] of [
    ["shop", first.text],
    ["twin", others[4]?.text],
    ["elsewhere", others[5]?.text],
  ] as const) {
    const hit = await shop.ask({ url }, { account, at: 1 });
    assert.deepEqual([hit.cache, hit.text], ["Hit", text]);
  }
});

test("an account that is made anew has nothing of the one before", async () => {
  const url = shop.newPage();
  await createAccount(shop.world, shop.gateways, "moved");
  const first = await shop.ask({ url }, { account: "moved" });
  assert.equal((await shop.ask({ url }, { account: "moved" })).cache, "Hit");
  const name = { namespace: accountsNamespace, name: "moved" };
  await accounts(shop.world.transport).delete(name);
  await secrets(shop.world.transport).delete(name);
  for (const one of shop.gateways)
    await eventually("the gateway forgets it", async () => {
      const answer = await fetch(`${one.url}/v1/jobs`, { headers: bearerOf("moved") });
      await answer.arrayBuffer();
      return answer.status === 401;
    });
  await createAccount(shop.world, shop.gateways, "moved");
  const second = await shop.ask({ url }, { account: "moved" });
  assert.deepEqual([second.cache, second.text === first.text], ["Miss", false]);
});

test("a job that no gateway made is in no cache, whatever it names", async () => {
  const url = shop.newPage();
  const first = await shop.ask({ url });
  const { items } = await shop.world.jobs.list({ namespace: tenant });
  const made = items.find(({ spec }) => spec.url === url);
  assert.ok(made?.spec.cache);
  const { cache, poolName } = made.spec;
  await shop.world.jobs.create({
    metadata: {
      namespace: tenant,
      name: "forged",
      labels: made.metadata.labels ?? {},
      annotations: made.metadata.annotations ?? {},
    },
    spec: { url: "https://example.com/forged", poolName, cache },
  });
  const { status } = await shop.world.untilFinished("forged");
  assert.equal(status?.artifact?.mediaType, "image/png");
  assert.equal(status?.cachedCopy, undefined);
  assert.deepEqual([(await shop.ask({ url })).text], [first.text]);
});

test("parts of a cached picture, conditions and HEAD", async () => {
  const url = shop.newPage();
  const warming = await shop.ask({ url }, { init: { method: "HEAD" } });
  assert.deepEqual([warming.status, warming.cache, warming.text], [200, "Miss", ""]);
  const whole = await shop.ask({ url });
  const etag = whole.headers.get("etag") ?? "";
  assert.equal(whole.cache, "Hit");
  assert.match(etag, /^"[0-9a-f]{64}"$/);
  assert.equal(warming.headers.get("etag"), etag);
  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  const size = whole.text.length;
  const cases: [
    headers: Record<string, string>,
    status: number,
    text: string,
    range: string | null,
  ][] = [
    [{ range: "bytes=0-6" }, 206, "picture", `bytes 0-6/${size}`],
    [{ range: "bytes=-3" }, 206, "day", `bytes ${size - 3}-${size - 1}/${size}`],
    [{ range: "bytes=0-6", "if-range": etag }, 206, "picture", `bytes 0-6/${size}`],
    [{ range: "bytes=0-6", "if-range": '"x"' }, 200, whole.text, null],
    [{ range: `bytes=${size}-` }, 416, "", `bytes */${size}`],
    [{ "if-none-match": etag }, 304, "", null],
    [{ "if-none-match": '"x"' }, 200, whole.text, null],
  ];
  for (const [headers, status, text, range] of cases) {
    const answer = await shop.ask({ url }, { init: { headers } });
    const got = [answer.status, answer.text, answer.headers.get("content-range")];
    assert.deepEqual(got, [status, text, range], JSON.stringify(headers));
  }
  const head = await shop.ask(
    { url },
    { init: { method: "HEAD", headers: { range: "bytes=0-6" } } },
  );
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, String(size)]);
  const posted = await shop.post({ url, cache: true });
  assert.deepEqual([posted.status, posted.text], [200, whole.text]);
});

test("without cache, with async or an empty answer nothing is cached, and a warning says so where it was asked for", async () => {
  const url = shop.newPage();
  for (const cache of ["false", "FALSE", false]) {
    const plain = await shop.post({ url, cache });
    assert.deepEqual([plain.status, plain.cache], [200, null]);
    assert.equal(plain.headers.get("x-stills-warning"), null);
  }
  const empty = await shop.ask({ url, response_type: "empty" });
  assert.match(
    empty.headers.get("x-stills-warning") ?? "",
    /"cache" had no effect.*"response_type"/,
  );
  const accepted = await shop.ask({ url, async: "true" });
  assert.equal(accepted.status, 201);
  assert.match(accepted.headers.get("x-stills-warning") ?? "", /"cache" had no effect.*"async"/);
  await shop.world.untilFinished(accepted.headers.get("x-screenshotone-trace-id") ?? "");
  assert.equal((await shop.ask({ url })).cache, "Miss");
});

test("hits count for no limit, in usage or in /bulk", async () => {
  const url = shop.newPage();
  const account = "poor";
  assert.equal((await shop.ask({ url }, { account })).cache, "Miss");
  for (const at of [0, 1]) assert.equal((await shop.ask({ url }, { account, at })).cache, "Hit");
  const other = await shop.ask({ url: shop.newPage() }, { account });
  assert.match(other.text, /screenshots_limit_reached/);
  const bulk = await fetch(`${shop.gateway(0).url}/bulk`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...{ access_key: account, execute: true, options: { cache: true, url } },
      requests: [{}, { response_type: "json" }],
    }),
  });
  const { responses } = (await bulk.json()) as {
    responses: { response: { status: number; body?: Record<string, unknown> } }[];
  };
  assert.deepEqual(
    responses.map(({ response }) => response.status),
    [200, 200],
  );
  assert.match(String(responses[1]?.response.body?.["cache_url"]), /\/v1\/pictures\//);
  const usage = await fetch(`${shop.gateway(0).url}/usage`, { headers: bearerOf(account) });
  const { available } = (await usage.json()) as { available: number };
  assert.equal(available, 0);
});
