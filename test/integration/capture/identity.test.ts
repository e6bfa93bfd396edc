import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { EchoSite } from "../../support/site/echo.ts";
import { CaptureFixture } from "./capture-fixture.ts";

/** What a page, its frames and workers, and the hosts they call are told about the browser. */

let echo: EchoSite;
let fixture: CaptureFixture;

before(async () => {
  echo = await EchoSite.start();
  fixture = await CaptureFixture.open();
});

after(async () => {
  await fixture[Symbol.asyncDispose]();
  await echo[Symbol.asyncDispose]();
});

interface Told {
  userAgent: string;
  platform: string;
  touchPoints: number;
  brands?: { brand: string; version: string }[];
  mobile?: boolean;
  system?: string;
}

/** Reads what a script can read, and sends it to the host, whose log then has the headers of that request, too. */
const tell = `const tell = (from) => {
  const { userAgent, platform, maxTouchPoints: touchPoints, userAgentData: data } = navigator;
  const told = { userAgent, platform, touchPoints, brands: data?.brands, mobile: data?.mobile, system: data?.platform };
  return fetch("/told?from=" + from + "&value=" + encodeURIComponent(JSON.stringify(told)), { mode: "no-cors" });
};`;

const page = (body: string): string => `<!doctype html><title>Identity</title>${body}`;

beforeEach(() => {
  echo.heard.length = 0;
  const elsewhere = `http://localhost:${echo.port}`;
  echo.pages.set("/page", {
    html: page(`<iframe src="/frame?near"></iframe><iframe src="${elsewhere}/frame?far"></iframe>
      <script>${tell}
        const started = [tell("page")];
        started.push(new Promise((yes) => { new Worker("/worker.js").onmessage = yes; }));
        started.push(new Promise((yes) => { new SharedWorker("/shared.js").port.onmessage = yes; }));
        started.push(navigator.serviceWorker.register("/service.js").then(({ installing, waiting, active }) =>
          active ?? new Promise((yes) => { const worker = installing ?? waiting; worker.onstatechange = () => worker.state === "activated" && yes(); })));
        Promise.all(started).then(() => { document.body.id = "told"; });</script>`),
  });
  for (const from of ["near", "far"])
    echo.pages.set(`/frame?${from}`, { html: page(`<script>${tell} tell("${from}")</script>`) });
  const told = (from: string, done: string) => ({
    script: `${tell} ${done.replace("tell", `tell("${from}")`)}`,
  });
  echo.pages.set("/worker.js", told("worker", "tell.then(() => postMessage(1));"));
  echo.pages.set(
    "/shared.js",
    told("shared", "onconnect = ({ ports }) => tell.then(() => ports[0].postMessage(1));"),
  );
  echo.pages.set("/service.js", told("service", "oninstall = (event) => event.waitUntil(tell);"));
});

interface Heard {
  told: Told;
  headers: Record<string, string | string[] | undefined>;
}

/** Opens the page and returns what each part of it told. */
async function open(options: Partial<CaptureSpec> = {}): Promise<Map<string, Heard>> {
  await fixture.capture({
    url: `http://127.0.0.1:${echo.port}/page`,
    wait: { until: ["Load"], selector: "#told", delaySeconds: 0 },
    ...options,
  });
  const heard = new Map<string, Heard>();
  for (const { address, headers } of echo.heard) {
    const url = new URL(`http://${address}`);
    if (url.pathname !== "/told") continue;
    const told = JSON.parse(url.searchParams.get("value") ?? "") as Told;
    heard.set(url.searchParams.get("from") ?? "", { told, headers });
  }
  return heard;
}

const frames = ["page", "near", "far"];
/** Requests of workers have no client hints; their scripts see them. */
const parts = [...frames, "worker"];
const viewport = { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 100 };

test("nothing says that the browser is headless", async () => {
  const heard = await open();
  for (const from of [...parts, "shared", "service"]) {
    const { told, headers } = heard.get(from) ?? assert.fail(`${from} told nothing`);
    assert.match(
      told.userAgent,
      /^Mozilla\/5\.0 \(X11; Linux x86_64\) .* Chrome\/\d+\.0\.0\.0 /,
      from,
    );
    assert.equal(headers["user-agent"], told.userAgent, from);
    assert.match(String(headers["accept-language"]), /^en-US,en\b/, from);
    // Chromium has no command that sets the brands of the others.
    if (parts.includes(from))
      assert.doesNotMatch(JSON.stringify([told, headers]), /headless/i, from);
  }
  const { told, headers } = heard.get("page") ?? assert.fail();
  const major = /Chrome\/(\d+)/.exec(told.userAgent)?.[1];
  assert.deepEqual(
    told.brands
      ?.filter(({ brand }) => !/^Not.A.Brand$/.test(brand))
      .toSorted((a, b) => a.brand.localeCompare(b.brand)),
    [
      { brand: "Chromium", version: major },
      { brand: "Google Chrome", version: major },
    ],
  );
  assert.match(String(headers["sec-ch-ua"]), /"Google Chrome";v="\d+"/);
  assert.equal(headers["sec-ch-ua-mobile"], "?0");
  assert.equal(headers["sec-ch-ua-platform"], `"Linux"`);
});

test("the first request of a page has the client hints of the user agent asked for", async () => {
  const userAgent =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0";
  const heard = await open({ userAgent });
  const first = echo.headersAt(`127.0.0.1:${echo.port}/page`.replace(/:\d+/, ""));

  for (const headers of [first, ...frames.map((from) => heard.get(from)?.headers ?? {})]) {
    assert.equal(headers["user-agent"], userAgent);
    assert.match(String(headers["sec-ch-ua"]), /"Microsoft Edge";v="141"/);
    assert.match(String(headers["sec-ch-ua"]), /"Chromium";v="141"/);
    assert.equal(headers["sec-ch-ua-mobile"], "?0");
    assert.equal(headers["sec-ch-ua-platform"], `"Windows"`);
  }
  assert.equal(heard.get("page")?.told.platform, "Win32");
  assert.equal(heard.get("page")?.told.system, "Windows");
  assert.equal(heard.get("page")?.told.touchPoints, 0);
});

test("a phone with Chrome has hints, platform and touch of Android", async () => {
  const heard = await open({ viewport: { ...viewport, device: "pixel_5" } });
  for (const from of parts) {
    const { told, headers } = heard.get(from) ?? assert.fail(`${from} told nothing`);
    if (frames.includes(from)) {
      assert.equal(headers["sec-ch-ua-mobile"], "?1", from);
      assert.equal(headers["sec-ch-ua-platform"], `"Android"`, from);
    }
    assert.equal(told.mobile, true, from);
    assert.equal(told.system, "Android", from);
  }
  assert.match(heard.get("page")?.told.platform ?? "", /^Linux arm/);
  assert.equal(heard.get("page")?.told.touchPoints, 5);
});

test("an iPhone sends no client hints and its scripts see none", async () => {
  const heard = await open({ viewport: { ...viewport, device: "iphone_13" } });
  for (const from of parts) {
    const { told, headers } = heard.get(from) ?? assert.fail(`${from} told nothing`);
    assert.match(told.userAgent, /iPhone/, from);
    assert.equal(headers["sec-ch-ua"], undefined, from);
  }
  const { told } = heard.get("page") ?? assert.fail();
  assert.equal(told.brands, undefined);
  assert.equal(told.platform, "iPhone");
  assert.equal(told.touchPoints, 5);
});

test("locale changes the languages and nothing else", async () => {
  const heard = await open({ locale: "de-AT" });
  for (const from of frames) {
    const { told, headers } = heard.get(from) ?? assert.fail(`${from} told nothing`);
    assert.match(String(headers["accept-language"]), /^de-AT,de;q=0\.9/, from);
    assert.doesNotMatch(JSON.stringify([told, headers]), /headless/i, from);
    assert.match(String(headers["sec-ch-ua"]), /"Google Chrome"/, from);
  }
});

test("a phone has a touch screen unless the call says otherwise", async () => {
  const touchPoints = async (options: Partial<CaptureSpec>): Promise<number | undefined> =>
    (await open(options)).get("page")?.told.touchPoints;
  assert.equal(await touchPoints({ viewport: { ...viewport, mobile: true } }), 5);
  assert.equal(await touchPoints({ viewport: { ...viewport, mobile: true, touch: false } }), 0);
  assert.equal(
    await touchPoints({ userAgent: "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile" }),
    5,
  );
});
