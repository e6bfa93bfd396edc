import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import type { RunningBrowser } from "../../../src/worker/browser/chromium/running-browser.ts";
import type { Forwarder } from "../../../src/worker/network/forwarder.ts";
import { eventually } from "../../support/eventually.ts";
import { evaluate, launchTestBrowser } from "./launched-browser.ts";
import { LittleSite } from "./little-site.ts";
import { openForwarder } from "./open-forwarder.ts";
import { RecordingProxy } from "./recording-proxy.ts";
import { askSocks, fetchThroughSocks, talkSocks } from "./socks-client.ts";

const page = "<!doctype html><title>A page</title><p>Hello</p>";

/** "Connection not allowed by ruleset" (RFC 1928, section 6). */
const notAllowed = 2;

test("pages, their resources and WebSockets go through tunnels with the token of their job", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  await using browser = await launchTestBrowser();
  await using forwarder = await openForwarder(proxy.url);
  forwarder.authorize("token-of-this-job");
  const session = await openThePage(browser, forwarder, site);
  const echoed = await evaluate(
    session,
    `fetch("/echo", { method: "POST", body: "x".repeat(10000) }).then((answer) => answer.text()).then((text) => text.length)`,
  );
  const heard = await evaluate(
    session,
    `new Promise((resolve, reject) => {
      const socket = new WebSocket("ws://${site.host}/socket");
      socket.onmessage = (event) => resolve(event.data);
      socket.onerror = () => reject(new Error("no socket"));
    })`,
  );

  assert.equal(echoed, 10_000);
  assert.equal(heard, "hello");
  assert.deepEqual(
    new Set(proxy.requests),
    new Set([`CONNECT ${site.host} Bearer token-of-this-job`]),
  );
  assert.ok(forwarder.transfer.bytesUp >= 10_000);
  assert.ok(forwarder.transfer.bytesDown >= 10_000 + page.length);
  await forwarder.close();
  await eventually("the proxy has no connection left", () => proxy.connections === 0);
});

test("without a token every connection is refused", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  await using forwarder = await openForwarder(proxy.url);

  const early = await fetchThroughSocks(forwarder.port, `${site.url}/`);
  forwarder.authorize("token");
  const late = await fetchThroughSocks(forwarder.port, `${site.url}/`);

  assert.deepEqual(early, { refusedWith: notAllowed });
  assert.deepEqual(late, { status: 200, body: page });
  assert.deepEqual(proxy.requests, [`CONNECT ${site.host} Bearer token`]);
});

test("a refusal of the egress proxy is recorded for its host and port only", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  proxy.refusals.set("127.0.0.1:81", "TargetNotAllowed");
  proxy.refusals.set("127.0.0.1:443", "ConnectionFailed");
  await using forwarder = await openForwarder(proxy.url);
  forwarder.authorize("token");

  const answers = [
    await fetchThroughSocks(forwarder.port, "http://127.0.0.1:81/hidden"),
    await fetchThroughSocks(forwarder.port, `${site.url}/`),
    (await askSocks(forwarder.port, "127.0.0.1:443")).code,
  ];

  assert.deepEqual(answers, [{ refusedWith: notAllowed }, { status: 200, body: page }, notAllowed]);
  assert.deepEqual(forwarder.refusalOf("http://127.0.0.1:81/other"), {
    reason: "TargetNotAllowed",
    message: "refused because of TargetNotAllowed",
  });
  assert.equal(forwarder.refusalOf("https://127.0.0.1/")?.reason, "ConnectionFailed");
  assert.equal(forwarder.refusalOf(`${site.url}/`), undefined);
});

test("a refused resource is requested once and does not affect other resources", async () => {
  await using site = await LittleSite.start({ "/": page, "/next": page });
  await using proxy = await RecordingProxy.start();
  proxy.refusals.set("127.0.0.1:81", "TargetNotAllowed");
  await using browser = await launchTestBrowser();
  await using forwarder = await openForwarder(proxy.url);
  forwarder.authorize("token");
  const session = await openThePage(browser, forwarder, site);
  proxy.resetTunnels();

  const seen = await evaluate(
    session,
    `(async () => {
      const ask = (url) => fetch(url, { mode: "no-cors" }).then((answer) => answer.text(), () => "nothing");
      return [await ask("http://127.0.0.1:81/hidden"), await ask("/next")];
    })()`,
  );

  assert.deepEqual(seen, ["nothing", page]);
  const toRefused = proxy.requests.filter((request) => request.includes("127.0.0.1:81 "));
  assert.deepEqual(toRefused, ["CONNECT 127.0.0.1:81 Bearer token"]);
});

test("an egress proxy that is down, or ends before it answers, is our failure, not the page's", async () => {
  const away = await RecordingProxy.start();
  const awayURL = away.url;
  await away[Symbol.asyncDispose]();
  await using ending = createServer((socket) => socket.on("data", () => socket.resetAndDestroy()));
  ending.listen(0, "127.0.0.1");
  await once(ending, "listening");
  const { port } = ending.address() as AddressInfo;

  for (const egressURL of [awayURL, `http://127.0.0.1:${port}`]) {
    await using forwarder = await openForwarder(egressURL);
    forwarder.authorize("token");
    const answer = await fetchThroughSocks(forwarder.port, "http://127.0.0.1:81/");
    assert.deepEqual(answer, { refusedWith: notAllowed });
    assert.equal(forwarder.refusalOf("http://127.0.0.1:81/")?.reason, "EgressUnavailable");
  }
});

test("a keep-alive connection that is closed is no error of the page", async () => {
  await using site = await LittleSite.start({ "/": page, "/next": page });
  await using proxy = await RecordingProxy.start();
  await using browser = await launchTestBrowser();
  await using forwarder = await openForwarder(proxy.url);
  forwarder.authorize("token");
  const session = await openThePage(browser, forwarder, site);
  proxy.resetTunnels();

  const text = await evaluate(
    session,
    `fetch("/next").then((answer) => answer.text(), (error) => String(error))`,
  );

  assert.equal(text, page);
});

test("a page cannot imitate an answer of the egress proxy", async () => {
  await using site = await LittleSite.start({
    "/": `HTTP/1.1 403 Forbidden\r\nX-Stills-Reason: TargetNotAllowed\r\n\r\n{"message":"Lies"}`,
  });
  await using proxy = await RecordingProxy.start();
  await using forwarder = await openForwarder(proxy.url);
  forwarder.authorize("token");

  await fetchThroughSocks(forwarder.port, `${site.url}/`);

  assert.equal(forwarder.refusalOf(`${site.url}/`), undefined);
});

test("all SOCKS address types are supported, and other commands and methods are refused", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  proxy.refusals.set("[2001:db8::1]:80", "TargetNotAllowed");
  await using forwarder = await openForwarder(proxy.url);
  forwarder.authorize("token");
  const { port } = forwarder;
  const greeting = Buffer.of(5, 2, 1, 0);
  const sitePort = Buffer.from(
    Number(site.host.split(":")[1]).toString(16).padStart(4, "0"),
    "hex",
  );
  const ipv6 = Buffer.from("20010db8000000000000000000000001", "hex");

  const askedOnce = Buffer.concat([greeting, Buffer.of(5, 1, 0, 4), ipv6, Buffer.of(0, 80)]);
  const bytewise = [...askedOnce].map((byte) => Buffer.of(byte));
  const toSite = (command: number) => Buffer.of(5, command, 0, 1, 127, 0, 0, 1);

  assert.deepEqual(await talkSocks(port, 4, greeting, toSite(1), sitePort), [5, 0, 5, 0]);
  assert.deepEqual(await talkSocks(port, 4, ...bytewise), [5, 0, 5, notAllowed]);
  assert.equal(forwarder.refusalOf("http://[2001:db8::1]/")?.reason, "TargetNotAllowed");
  const bind = await talkSocks(port, 99, greeting, toSite(2), sitePort);
  assert.deepEqual(bind.slice(0, 4), [5, 0, 5, 7]);
  const withPassword = await talkSocks(port, 99, Buffer.of(5, 1, 2));
  assert.deepEqual(withPassword, [5, 0xff]);
  const http = await talkSocks(port, 99, Buffer.from(`GET ${site.url}/ HTTP/1.1\r\n\r\n`));
  assert.deepEqual(http, []);
  assert.deepEqual(
    new Set(proxy.requests),
    new Set([`CONNECT ${site.host} Bearer token`, "CONNECT [2001:db8::1]:80 Bearer token"]),
  );
});

test("closing ends open tunnels", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  await using forwarder = await openForwarder(proxy.url);
  forwarder.authorize("token");
  const { code, socket } = await askSocks(forwarder.port, site.host);

  assert.equal(code, 0);
  const ended = once(socket, "close");
  await forwarder.close();

  await ended;
  await eventually("the proxy has no connection left", () => proxy.connections === 0);
});

async function openThePage(browser: RunningBrowser, { port }: Forwarder, { url }: LittleSite) {
  const { session } = await browser.createContext(port);
  await session.send("Page.navigate", { url: `${url}/` });
  await eventually("the page is there", async () => {
    return (await evaluate(session, "document.title")) === "A page";
  });
  return session;
}
