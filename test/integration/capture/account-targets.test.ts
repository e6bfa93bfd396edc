import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { parseAccountTargets } from "../../../src/core/targets/account-targets.ts";
import { BlockingLists } from "../../../src/worker/blocking/blocking-lists.ts";
import type { Failure } from "../../../src/api/reasons/failure.ts";
import type { Picture } from "../../../src/worker/capture/capture-output.ts";
import { CaptureFixture, type CaptureOptions } from "./capture-fixture.ts";

/** `Account.spec.targets.allow`: which documents come into the page and its frames. Each "cannot" beside a "can". */

/** Host and path of every request. */
const asked: string[] = [];
const server = createServer((request, response) => {
  const { host, pathname, searchParams } = new URL(`http://${request.headers.host}${request.url}`);
  asked.push(`${host}${pathname}`);
  const to = searchParams.get("to");
  if (to !== null) return void response.writeHead(302, { location: to }).end();
  const isPicture = pathname.endsWith(".svg");
  response.writeHead(200, { "content-type": isPicture ? "image/svg+xml" : "text/html" });
  response.end(
    isPicture
      ? `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`
      : `<!doctype html><title>${host}</title>${searchParams.get("body") ?? "a page"}`,
  );
});
server.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const fixture = await CaptureFixture.open({
  hosts: { "own.test": here, "www.own.test": here, "other.test": here, "cdn.test": here },
});
after(async () => {
  await fixture[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

const targets = parseAccountTargets({ allow: ["own.test", "*.own.test"] });
const own = "http://own.test";
const other = "http://other.test/secret";
const withBody = (body: string): string => `${own}/?body=${encodeURIComponent(body)}`;

/** Takes a picture, and tells what was asked for. */
async function capture(options: CaptureOptions): Promise<{ picture: Picture; asked: string[] }> {
  asked.length = 0;
  const picture = await fixture.capture(options, { targets });
  return { picture, asked: asked.filter((one) => !one.endsWith("/favicon.ico")) };
}

/** The sentence with which a capture is refused, when the other host was not asked for anything. */
async function refused(options: CaptureOptions): Promise<string> {
  try {
    await capture(options);
  } catch (thrown) {
    const { reason, message } = thrown as Failure;
    assert.equal(reason, "TargetNotAllowed", message);
    assert.deepEqual(
      asked.filter((one) => one.startsWith("other.test")),
      [],
    );
    return message;
  }
  assert.fail("the capture was not refused");
}

const sentence =
  "This account may not visit other.test; its operator can allow it in `targets` of the Account";

test("a page of an allowed host, and one it is redirected to", async () => {
  const { picture, asked } = await capture({
    url: `${own}/?to=${encodeURIComponent("http://www.own.test/there")}`,
    metadata: ["PageTitle"],
  });
  assert.deepEqual(asked, ["own.test/", "www.own.test/there"]);
  assert.equal(picture.metadata?.pageTitle, "www.own.test");
});

const ways: [name: string, options: CaptureOptions][] = [
  ["the address itself", { url: other }],
  ["a redirect", { url: `${own}/?to=${encodeURIComponent(other)}` }],
  [
    "the second of two redirects",
    {
      url: `${own}/?to=${encodeURIComponent(`http://www.own.test/?to=${encodeURIComponent(other)}`)}`,
    },
  ],
  ["a script of the page", { url: withBody(`<script>location = "${other}"</script>`) }],
  ["a refresh", { url: withBody(`<meta http-equiv="refresh" content="0;url=${other}">`) }],
  [
    "a form",
    { url: withBody(`<form id="f" action="${other}"></form><script>f.submit()</script>`) },
  ],
  ["content that goes on to it", { html: `<script>location = "${other}"</script>` }],
  ["a refresh in Markdown", { markdown: `<meta http-equiv="refresh" content="0;url=${other}">` }],
  [
    "a script of the caller's",
    {
      ...{ url: own, scripts: [`location = "${other}"`] },
      wait: { until: ["Load"], delaySeconds: 0, afterScripts: ["Load"] },
    },
  ],
  [
    "a click of the caller's",
    { url: withBody(`<a href="${other}">go</a>`), click: { selector: "a" } } as never,
  ],
];
for (const [name, options] of ways)
  test(`a page of another host is refused, by ${name}`, async () => {
    assert.equal(await refused(options), sentence);
  });

const adsOnly = {
  ...{ ads: true, trackers: false, cookieBanners: false, bannersByHeuristics: false },
  ...{ chats: false, socials: false, annoyances: false },
};

test("parts of a page come from any host, also where all its requests come by for another option", async () => {
  const body = `A page<img src="http://cdn.test/a.svg"><script>fetch("http://cdn.test/b.svg", { mode: "no-cors" })</script>`;
  asked.length = 0;
  const blocking = { lists: new BlockingLists(), blockHosts: () => undefined };
  const { warnings } = await fixture.capture(
    { url: withBody(body), block: adsOnly },
    { targets, blocking },
  );
  assert.deepEqual(warnings, []);
  for (const part of ["cdn.test/a.svg", "cdn.test/b.svg"])
    assert.ok(asked.includes(part), `${part} in ${asked.join(", ")}`);
});

test("frames stay empty, and the picture comes with a warning", async () => {
  const frame = (url: string): string => `<iframe src="${url.replaceAll('"', "&quot;")}"></iframe>`;
  const nested = `http://www.own.test/?body=${encodeURIComponent(frame(other))}`;
  const moving = `http://www.own.test/?body=${encodeURIComponent(`<script>location = "${other}"</script>`)}`;
  const pages: [string, CaptureOptions][] = [
    ["a frame", { url: withBody(frame(other)) }],
    ["a frame within one", { url: withBody(frame(nested)) }],
    ["a frame of another site that goes on", { html: frame(moving) }],
    ["a frame in content", { html: frame(other) }],
    [
      "a frame that a script adds",
      { url: own, scripts: [`document.body.innerHTML = '${frame(other)}'`] },
    ],
    ["an object", { url: withBody(`beside <object data="${other}" type="text/html"></object>`) }],
    ["a frame with content of its own", { url: withBody(frame(`data:text/html,${frame(other)}`)) }],
  ];
  for (const [name, options] of pages) {
    const { picture, asked } = await capture(options);
    assert.deepEqual(picture.warnings, [`A frame is empty: ${sentence}`], name);
    assert.deepEqual(
      asked.filter((one) => one.startsWith("other.test")),
      [],
      name,
    );
  }
});

test("frames of allowed hosts are shown, and parts of pages come from anywhere", async () => {
  const body = `<iframe src="http://www.own.test/framed"></iframe>
    <img src="http://cdn.test/logo.svg"><script>fetch("http://cdn.test/data", { mode: "no-cors" })</script>`;
  const { picture, asked } = await capture({
    url: withBody(body),
    wait: { until: ["NetworkIdle0"], delaySeconds: 0 },
  });
  assert.deepEqual(picture.warnings, []);
  assert.deepEqual(asked.toSorted(), [
    "cdn.test/data",
    "cdn.test/logo.svg",
    "own.test/",
    "www.own.test/framed",
  ]);
});

test("content without an address is no target", async () => {
  const { asked } = await capture({ html: `<p>Hello</p><img src="http://cdn.test/a.svg">` });
  assert.deepEqual(asked, ["cdn.test/a.svg"]);
});
