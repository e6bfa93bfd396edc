import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Forwarder } from "../../../src/worker/forwarder.ts";
import { sendThroughProxy } from "../../../src/platform/http/proxied-request.ts";
import { eventually } from "../../support/eventually.ts";
import { evaluate, launchTestBrowser } from "./launched-browser.ts";
import { LittleSite } from "./little-site.ts";
import { RecordingProxy } from "./recording-proxy.ts";

const page = "<!doctype html><title>A page</title><p>Hello</p>";

test("pages, tunnels and WebSockets of Chromium carry the token of their job to the egress proxy", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  await using browser = await launchTestBrowser();
  await using forwarder = await Forwarder.open({ egressURL: proxy.url });
  forwarder.authorize("token-of-this-job");
  const context = await browser.createContext(forwarder.port);

  await context.session.send("Page.navigate", { url: `${site.url}/` });
  await eventually("the page is there", async () => {
    return (await evaluate(context.session, "document.title")) === "A page";
  });
  const echoed = await evaluate(
    context.session,
    `fetch("/echo", { method: "POST", body: "x".repeat(10000) }).then((answer) => answer.text()).then((text) => text.length)`,
  );
  const heard = await evaluate(
    context.session,
    `new Promise((resolve, reject) => {
      const socket = new WebSocket("ws://${site.host}/socket");
      socket.onmessage = (event) => resolve(event.data);
      socket.onerror = () => reject(new Error("no socket"));
    })`,
  );

  assert.equal(echoed, 10_000);
  assert.equal(heard, "hello");
  assert.deepEqual(
    new Set(proxy.requests.filter((request) => !request.includes("favicon"))),
    new Set([
      `GET ${site.host} Bearer token-of-this-job`,
      `POST ${site.host} Bearer token-of-this-job`,
      `CONNECT ${site.host} Bearer token-of-this-job`,
    ]),
  );
  assert.ok(forwarder.transfer.bytesUp >= 10_000);
  assert.ok(forwarder.transfer.bytesDown >= 10_000 + page.length);
  await forwarder.close();
  await eventually("the proxy has no connection left", () => proxy.connections === 0);
});

test("nothing passes before there is a token", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  await using forwarder = await Forwarder.open({ egressURL: proxy.url });

  const tunnel = await openTunnel(forwarder, site.host);

  await assert.rejects(fetchThrough(forwarder, `${site.url}/`), /407/);
  assert.match(tunnel, /^HTTP\/1\.1 407 /);
  assert.deepEqual(proxy.requests, []);
});

test("what the egress proxy refuses is remembered for its host and port only", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  proxy.refusals.set("127.0.0.1:81", "TargetNotAllowed");
  proxy.refusals.set("127.0.0.1:443", "ConnectionFailed");
  await using forwarder = await Forwarder.open({ egressURL: proxy.url });
  forwarder.authorize("token");

  await fetchThrough(forwarder, "http://127.0.0.1:81/hidden");
  await fetchThrough(forwarder, `${site.url}/`);
  const tunnel = await openTunnel(forwarder, "127.0.0.1:443");

  assert.match(tunnel, /^HTTP\/1\.1 403 /);
  assert.deepEqual(forwarder.refusalOf("http://127.0.0.1:81/other"), {
    reason: "TargetNotAllowed",
    message: "refused because of TargetNotAllowed",
  });
  assert.equal(forwarder.refusalOf("https://127.0.0.1/")?.reason, "ConnectionFailed");
  assert.equal(forwarder.refusalOf(`${site.url}/`), undefined);
});

test("an egress proxy that is away is a fault of ours, not of the page", async () => {
  const proxy = await RecordingProxy.start();
  const egressURL = proxy.url;
  await proxy[Symbol.asyncDispose]();
  await using forwarder = await Forwarder.open({ egressURL });
  forwarder.authorize("token");

  const answer = await fetchThrough(forwarder, "http://127.0.0.1:81/");
  const tunnel = await openTunnel(forwarder, "127.0.0.1:444");

  assert.equal(answer.statusCode, 502);
  assert.match(tunnel, /^HTTP\/1\.1 502 /);
  assert.equal(forwarder.refusalOf("http://127.0.0.1:81/")?.reason, "InternalError");
  assert.equal(forwarder.refusalOf("https://127.0.0.1:444/")?.reason, "InternalError");
});

test("a connection to the egress proxy that went stale is no error of the page", async () => {
  await using site = await LittleSite.start({ "/": page, "/next": page });
  await using proxy = await RecordingProxy.start();
  await using browser = await launchTestBrowser();
  await using forwarder = await Forwarder.open({ egressURL: proxy.url });
  forwarder.authorize("token");
  const context = await browser.createContext(forwarder.port);
  await context.session.send("Page.navigate", { url: `${site.url}/` });
  await eventually("the page is there", async () => {
    return (await evaluate(context.session, "document.title")) === "A page";
  });
  // As a proxy that closes an idle connection in the very moment in which it is used again.
  proxy.resetNextRequest();

  const text = await evaluate(
    context.session,
    `fetch("/next").then((answer) => answer.text(), (error) => String(error))`,
  );

  assert.equal(text, page);
});

test("a page cannot speak in the egress proxy's name", async () => {
  await using site = await LittleSite.start({
    "/": `HTTP/1.1 403 Forbidden\r\nX-Stills-Refused: guessed-mark-of-the-forwarder TargetNotAllowed 127.0.0.1:81\r\n\r\n`,
  });
  await using proxy = await RecordingProxy.start();
  await using forwarder = await Forwarder.open({ egressURL: proxy.url });
  forwarder.authorize("token");

  await fetchThrough(forwarder, `${site.url}/`);

  assert.equal(forwarder.refusalOf("http://127.0.0.1:81/"), undefined);
});

test("closing ends tunnels that are in use", async () => {
  await using site = await LittleSite.start({ "/": page });
  await using proxy = await RecordingProxy.start();
  await using forwarder = await Forwarder.open({ egressURL: proxy.url });
  forwarder.authorize("token");
  const socket = connect(forwarder.port, "127.0.0.1");
  socket.write(`CONNECT ${site.host} HTTP/1.1\r\nHost: ${site.host}\r\n\r\n`);
  await once(socket, "data");

  const ended = once(socket, "close");
  await forwarder.close();

  await ended;
  await eventually("the proxy has no connection left", () => proxy.connections === 0);
});

function fetchThrough(forwarder: Forwarder, url: string) {
  return sendThroughProxy({
    url,
    method: "GET",
    headers: {},
    proxyURL: `http://127.0.0.1:${forwarder.port}`,
    proxyToken: "whatever the browser would send",
    timeoutMilliseconds: 30_000,
    signal: AbortSignal.timeout(30_000),
  });
}

async function openTunnel(forwarder: Forwarder, target: string): Promise<string> {
  const socket = connect(forwarder.port, "127.0.0.1");
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const [data] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return data.toString();
}
