import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import type { UpstreamProxy } from "../../../src/api/messages/page-secrets.ts";
import type { RunningBrowser } from "../../../src/worker/browser/chromium/running-browser.ts";
import { eventually } from "../../support/eventually.ts";
import { EchoSite } from "../../support/site/echo.ts";
import { AuthenticatingProxy } from "../../support/upstream-proxy.ts";
import { evaluate, launchTestBrowser } from "./launched-browser.ts";
import { openForwarder } from "./open-forwarder.ts";
import { RecordingProxy } from "./recording-proxy.ts";
import { fetchThroughSocks } from "./socks-client.ts";

/** A job's own proxy, behind the egress proxy. */

let browser: RunningBrowser;
let site: EchoSite;
let upstream: AuthenticatingProxy;
let egress: RecordingProxy;

before(async () => {
  browser = await launchTestBrowser();
  site = await EchoSite.start();
  upstream = await AuthenticatingProxy.start("käufer:p:ss");
});

after(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

beforeEach(() => {
  site.heard.length = 0;
  site.pages.clear();
  upstream.served.length = 0;
  upstream.refused = 0;
});

const proxyOf = (change: Partial<UpstreamProxy> = {}): UpstreamProxy => ({
  host: "127.0.0.1",
  port: upstream.port,
  username: "käufer",
  password: "p:ss",
  bypassHosts: [],
  ...change,
});

interface Visit {
  status: number | undefined;
  text: string;
  refusal: { reason: string; message: string } | undefined;
}

/** Opens a page through a forwarder with the proxy, and ends with nothing left open. */
async function visit(url: string, proxy: UpstreamProxy, script?: string): Promise<Visit> {
  egress = await RecordingProxy.start();
  await using forwarder = await openForwarder(egress.url);
  forwarder.authorize("job-token");
  forwarder.useUpstream(proxy);
  const context = await browser.createContext(forwarder.port);
  try {
    await context.session.send("Page.navigate", { url });
    const status = await eventually("the page is there", () =>
      evaluate(
        context.session,
        `document.readyState === "complete" && location.href !== "about:blank" &&
          { status: performance.getEntriesByType("navigation")[0]?.responseStatus }`,
      ),
    );
    const text = script === undefined ? "" : String(await evaluate(context.session, script));
    return {
      status: (status as { status?: number }).status,
      text,
      refusal: forwarder.refusalOf(url),
    };
  } finally {
    await context.dispose();
    await forwarder.close();
    await eventually(
      "no connection is left",
      () => egress.connections === 0 && upstream.connections === 0,
    );
    await egress[Symbol.asyncDispose]();
  }
}

test("pages, their resources and tunnels go through the job's proxy, which is reached through the egress proxy", async () => {
  const origin = `http://127.0.0.1:${site.port}`;
  const host = `127.0.0.1:${site.port}`;
  site.pages.set("/page", { html: "<title>Here</title>" });
  const seen = await visit(
    `${origin}/page`,
    proxyOf(),
    `fetch("/echo", { method: "POST", body: "x".repeat(1000) }).then((answer) => answer.text()).then((text) =>
      new Promise((resolve) => {
        const socket = new WebSocket("ws://${host}/socket");
        socket.onerror = () => resolve(text);
        socket.onopen = () => resolve(text);
      }))`,
  );

  assert.equal(seen.status, 200);
  assert.equal(seen.text, "ok");
  for (const request of [`GET ${origin}/page`, `POST ${origin}/echo`, `CONNECT ${host}`])
    assert.ok(upstream.served.includes(request), `${request} in ${upstream.served.join(", ")}`);
  const asked = new Set(egress.requests);
  assert.deepEqual(asked, new Set([`CONNECT 127.0.0.1:${upstream.port} Bearer job-token`]));
  assert.doesNotMatch(JSON.stringify(site.heard), /proxy-auth|käufer|a8OkdWZlcjpw/i);
});

test("connections to the job's proxy are reused", async () => {
  const origin = `http://127.0.0.1:${site.port}`;
  site.pages.set("/page", { html: "<title>Here</title>" });
  await visit(
    `${origin}/page`,
    proxyOf(),
    `(async () => { for (let n = 0; n < 5; n += 1) await (await fetch("/echo?" + n)).text(); })()`,
  );
  assert.ok(upstream.served.length >= 6);
  assert.ok(egress.requests.length < 6, egress.requests.join("\n"));
});

test("bypassed hosts are reached without the job's proxy", async () => {
  const url = `http://127.0.0.1:${site.port}/page`;
  site.pages.set("/page", { html: "<title>Here</title>" });
  const seen = await visit(url, proxyOf({ bypassHosts: ["127.0.0.*"] }));
  assert.equal(seen.status, 200);
  assert.deepEqual(upstream.served, []);
  assert.ok(egress.requests.includes(`CONNECT 127.0.0.1:${site.port} Bearer job-token`));
});

test("a wrong password of the job's proxy is reported to the job, not to the page", async () => {
  for (const url of [`http://127.0.0.1:${site.port}/`, `https://127.0.0.1:${site.port}/`]) {
    const seen = await visit(url, proxyOf({ password: "wrong" }));
    assert.equal(seen.refusal?.reason, "ProxyRefused");
    assert.match(seen.refusal?.message ?? "", /`proxy` answered 407/);
    assert.doesNotMatch(seen.refusal?.message ?? "", /wrong"|käufer/);
  }
  assert.deepEqual(site.heard, []);
  assert.ok(upstream.refused >= 2);
});

test("the failures of a job's proxy are distinguished: refused, down, connection closed", async () => {
  const url = `http://127.0.0.1:${site.port}/`;
  egress = await RecordingProxy.start();
  egress.refusals.set("127.0.0.1:81", "TargetNotAllowed");
  egress.refusals.set("127.0.0.1:82", "ConnectionFailed");
  await using breaking = createServer((socket) => socket.on("data", () => socket.destroy()));
  breaking.listen(0, "127.0.0.1");
  await once(breaking, "listening");
  const { port } = breaking.address() as AddressInfo;

  await using forwarder = await openForwarder(egress.url);
  forwarder.authorize("job-token");
  for (const [proxy, reason] of [
    [proxyOf({ port: 81 }), "TargetNotAllowed"],
    [proxyOf({ port: 82 }), "ConnectionFailed"],
    [proxyOf({ port }), "ConnectionFailed"],
  ] as const) {
    forwarder.useUpstream(proxy);
    const answer = await fetchThroughSocks(forwarder.port, url);
    assert.deepEqual(answer, { status: 502, body: "" });
    assert.equal(forwarder.refusalOf(url)?.reason, reason);
    assert.match(forwarder.refusalOf(url)?.message ?? "", /proxy/);
  }
  assert.match(forwarder.refusalOf(url)?.message ?? "", /broke off/);
  await forwarder.close();
  await egress[Symbol.asyncDispose]();
});
