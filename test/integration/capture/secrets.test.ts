import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { PageSecrets } from "../../../src/api/messages/page-secrets.ts";
import { EchoSite } from "../../support/site/echo.ts";
import { CaptureFixture, type CaptureOptions } from "./capture-fixture.ts";

/** Who receives sealed cookies and headers. */

let echo: EchoSite;
let fixture: CaptureFixture;

before(async () => {
  echo = await EchoSite.start();
  const here = `127.0.0.1:${echo.port}`;
  fixture = await CaptureFixture.open({
    hosts: { "shop.test": here, "www.shop.test": here, "other.test": here },
  });
});

after(async () => {
  await fixture[Symbol.asyncDispose]();
  await echo[Symbol.asyncDispose]();
});

beforeEach(() => {
  echo.heard.length = 0;
  echo.pages.clear();
});

const take = (options: CaptureOptions, secrets: PageSecrets) =>
  fixture.capture(options, { secrets });

const credentials: PageSecrets = {
  authorization: "Bearer canary-token",
  headers: [
    { name: "X-Canary", value: "canary-header" },
    { name: "Accept-Language", value: "de-DE,de;q=0.9" },
  ],
};

function assertKnown(address: string): void {
  const headers = echo.headersAt(address);
  assert.equal(headers["authorization"], "Bearer canary-token", address);
  assert.equal(headers["x-canary"], "canary-header", address);
  assert.equal(headers["accept-language"], "de-DE,de;q=0.9", address);
}

function assertUnknown(address: string): void {
  assert.doesNotMatch(JSON.stringify(echo.headersAt(address)), /canary/, address);
}

test("headers go to the page and to its requests to the same origin only", async () => {
  echo.pages.set("/page", {
    html: `<img src="/image"><img src="http://other.test/image"><iframe src="http://other.test/frame"></iframe>
      <iframe src="/own-frame"></iframe><img src="/away"><img src="http://www.shop.test/image">
      <script>fetch("/fetched", { headers: { "x-page": "own" } }); fetch("http://other.test/fetched")</script>`,
  });
  echo.pages.set("/frame", { html: `<img src="http://shop.test/from-frame">` });
  echo.pages.set("/away", { location: "http://other.test/landed" });

  await take(
    { url: "http://shop.test/page", wait: { until: ["NetworkIdle0"], delaySeconds: 0 } },
    credentials,
  );

  for (const path of ["/page", "/image", "/own-frame", "/away", "/fetched"])
    assertKnown(`shop.test${path}`);
  assert.equal(echo.headersAt("shop.test/fetched")["x-page"], "own");
  for (const address of ["other.test/image", "other.test/frame", "other.test/landed"])
    assertUnknown(address);
  assertUnknown("other.test/fetched");
  assertUnknown("www.shop.test/image");
});

test("a page that is redirected to another host loses the headers there", async () => {
  echo.pages.set("/start", { location: "http://other.test/end" });
  await take("http://shop.test/start", credentials);
  assertKnown("shop.test/start");
  assertUnknown("other.test/end");
});

test("headers and blocked requests go together", async () => {
  echo.pages.set("/page", {
    html: `<img src="/image"><img src="/blocked"><script src="/script"></script>`,
  });
  await take(
    {
      url: "http://shop.test/page",
      blockRequests: ["shop.test/blocked"],
      blockResources: ["Script"],
    },
    credentials,
  );
  assertKnown("shop.test/page");
  assertKnown("shop.test/image");
  assert.ok(!echo.heard.some(({ address }) => /blocked|script/.test(address)));
});

test("a header of `headers` replaces that of `authorization`", async () => {
  await take("http://shop.test/", {
    authorization: "Basic option",
    headers: [{ name: "authorization", value: "Basic header" }],
  });
  assert.equal(echo.headersAt("shop.test/")["authorization"], "Basic header");
});

test("cookies are sent as their attributes say", async () => {
  echo.pages.set("/page", {
    html: `<img src="/shop/image"><img src="http://other.test/image"><img src="http://www.shop.test/image">
      <script>fetch("/seen?" + document.cookie)</script>`,
  });
  await take(
    { url: "http://shop.test/page", wait: { until: ["NetworkIdle0"], delaySeconds: 0 } },
    {
      cookies: [
        { name: "own", value: "1" },
        { name: "wide", value: "2", domain: "shop.test", sameSite: "Lax" },
        { name: "hidden", value: "3", httpOnly: true },
        { name: "deep", value: "4", path: "/shop" },
        { name: "safe", value: "5", secure: true },
        { name: "old", value: "6", expiresSeconds: 1 },
        { name: "lasting", value: "7", expiresSeconds: 4_000_000_000 },
        { name: "theirs", value: "8", domain: "other.test" },
      ],
    },
  );
  const cookiesAt = (address: string) =>
    (echo.headersAt(address).cookie ?? "").split("; ").filter(Boolean).toSorted();
  assert.deepEqual(cookiesAt("shop.test/page"), ["hidden=3", "lasting=7", "own=1", "wide=2"]);
  assert.ok(cookiesAt("shop.test/shop/image").includes("deep=4"));
  assert.deepEqual(cookiesAt("www.shop.test/image"), ["wide=2"]);
  assert.doesNotMatch(cookiesAt("other.test/image").join(), /own|wide|hidden|deep/);
  const seen = echo.heard.find(({ address }) => address.startsWith("shop.test/seen"));
  assert.match(seen?.address ?? "", /own=1/);
  assert.doesNotMatch(seen?.address ?? "", /hidden/);
});

test("a page does not get the cookies of the page before", async () => {
  await take("http://shop.test/first", { cookies: [{ name: "own", value: "1" }] });
  await take("http://shop.test/second", {});
  assert.equal(echo.headersAt("shop.test/first").cookie, "own=1");
  assert.equal(echo.headersAt("shop.test/second").cookie, undefined);
});

test("OptionInvalid: a cookie that the browser rejects", async () => {
  await assert.rejects(
    take("http://shop.test/", { cookies: [{ name: "a", value: "canary;b" }] }),
    (thrown: Error & { reason: string }) =>
      thrown.reason === "OptionInvalid" && !thrown.message.includes("canary"),
  );
});

test("html has cookies for the hosts they name", async () => {
  await take(
    { html: `<img src="http://shop.test/image">` },
    { cookies: [{ name: "a", value: "1", domain: "shop.test", sameSite: "None", secure: true }] },
  );
  assert.equal(echo.headersAt("shop.test/image").cookie, undefined);
});
