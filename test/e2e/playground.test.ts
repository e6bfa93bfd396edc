import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Page } from "puppeteer-core";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { eventually } from "../support/eventually.ts";
import { PageReader, type ReadPage } from "../support/page-reader.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";

/** The playground in a real browser, by keyboard alone, on the whole system. */

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;
let reader: PageReader;

before(async () => {
  site = await startSite({ host: "127.0.53.31" });
  stills = await StillsTenant.create("playground");
  at = await stills.coordinates();
  reader = await PageReader.start();
});

after(async () => {
  await reader?.[Symbol.asyncDispose]();
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

const openPlayground = (hash = ""): Promise<ReadPage> => reader.open(`${at.gatewayURL}/${hash}`);

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (found) => found.textContent ?? "");

/** The id of the element that has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate("document.activeElement?.id ?? ''") as Promise<string>;

/** Presses Tab until the element has the focus, as someone without a mouse does. */
async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 400; presses += 1) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not lead to #${id}`);
}

/** Types into the field in place of what it has. */
async function retype(page: Page, id: string, text: string): Promise<void> {
  await tabTo(page, id);
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
}

/** Goes to an option by the search field. */
async function find(page: Page, name: string): Promise<void> {
  await retype(page, "find", name);
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), `field-${name}`);
}

async function statusMatches(page: Page, pattern: RegExp): Promise<string> {
  return await eventually(`the status is ${String(pattern)}`, async () => {
    const text = await textOf(page, "#status");
    return pattern.test(text) && text;
  });
}

/** Fills in address and key, and changes what `change` changes. */
async function fill(page: Page, url: string): Promise<void> {
  await retype(page, "field-url", url);
  await tabTo(page, "access-key");
  await page.keyboard.type(at.accessKey);
}

suite("the playground by keyboard", () => {
  test("an option is found, changed, and shown in the picture; the call is copied", async () => {
    const { page, requested, faults } = await openPlayground();
    await page.keyboard.press("Tab");
    assert.equal(await textOf(page, "a.skip:focus"), "Skip to the content");
    await fill(page, `${site.url}/shop`);

    await tabTo(page, "find");
    await page.keyboard.type("viewport width");
    await eventually("few options are left", async () =>
      /^\d options$/.test(await textOf(page, "#found")),
    );
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "field-viewport_width");
    await page.keyboard.type("640");
    assert.equal(await textOf(page, "#changes"), "1 changed.");
    // Enter in a field sends the call.
    await page.keyboard.press("Enter");

    assert.match(
      await statusMatches(page, /^Taken in /),
      /^Taken in \d+\.\d\d s: 640 × 1024 pixels, image\/jpeg, [\d.]+ [kM]B\.$/,
    );
    assert.equal(
      await page.$eval("#view img", (picture) => picture.getAttribute("alt")),
      `The picture of ${site.url}/shop`,
    );

    await page.focus("#kind-url");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(page), "kind-curl");
    await tabTo(page, "copy");
    await page.keyboard.press("Space");
    await eventually("it says so", async () => (await textOf(page, "#copied")) === "Copied.");
    const copied = (await page.evaluate("navigator.clipboard.readText()")) as string;
    assert.equal(copied, await textOf(page, "#snippet"));
    assert.match(copied, /"viewport_width": 640/);
    assert.doesNotMatch(copied, new RegExp(at.accessKey));

    const elsewhere = requested.filter((url) => !/^(blob|data):/.test(url));
    assert.deepEqual([...new Set(elsewhere.map((url) => new URL(url).origin))], [at.gatewayURL]);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test("where a browser does not let the page copy, the text is selected", async () => {
    const { page } = await openPlayground();
    await page.browserContext().clearPermissionOverrides();
    await tabTo(page, "copy");
    await page.keyboard.press("Space");
    await eventually("it says what to do", async () =>
      (await textOf(page, "#copied")).startsWith("Selected; copy it"),
    );
    assert.equal(await page.evaluate("String(getSelection())"), await textOf(page, "#snippet"));
    await page.close();
  });

  test("the key is in no address and no storage, and in the texts to copy only when it is asked for", async () => {
    const { page, requested } = await openPlayground();
    await fill(page, `${site.url}/shop`);
    await page.keyboard.press("Enter");
    await statusMatches(page, /^Taken in /);
    assert.ok(requested.every((url) => !url.includes(at.accessKey)));
    assert.ok(!page.url().includes(at.accessKey));
    const stored = await page.evaluate(
      "JSON.stringify([localStorage, sessionStorage, document.cookie, history.state])",
    );
    assert.equal(stored, '[{},{},"",null]');
    assert.match(await textOf(page, "#snippet"), /access_key=YOUR_ACCESS_KEY&/);
    await page.focus("#with-key");
    await page.keyboard.press("Space");
    assert.match(await textOf(page, "#snippet"), new RegExp(`access_key=${at.accessKey}&`));
    await page.reload();
    assert.equal(await page.$eval("#access-key", (key) => key.getAttribute("value")), null);
    await page.close();
  });

  test("what the gateway refuses is said with the field, and leads to it", async () => {
    const { page } = await openPlayground();
    await fill(page, `${site.url}/shop`);
    await find(page, "image_quality");
    await page.keyboard.type("400");
    await page.keyboard.press("Enter");
    await statusMatches(page, /^No picture\.$/);
    const alert = await textOf(page, "#problem");
    assert.match(alert, /request_not_valid/);
    assert.match(alert, /"image_quality" must be less than or equal to 100/);
    assert.equal(
      await textOf(page, "#problem-image_quality"),
      '"image_quality" must be less than or equal to 100',
    );
    assert.equal(
      await page.$eval("#field-image_quality", (field) => field.getAttribute("aria-invalid")),
      "true",
    );
    assert.equal(
      await page.$eval("#problem a", (link) => link.getAttribute("href")),
      "/docs/errors/request-invalid",
    );

    // The way back to the field, also when the search hides it.
    await find(page, "format");
    await page.focus("#problem li a");
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "field-image_quality");
    await retype(page, "field-image_quality", "40");
    await page.keyboard.press("Enter");
    await statusMatches(page, /^Taken in /);
    assert.equal(await textOf(page, "#problem"), "");
    await page.close();
  });

  test("a failure of the page and a wrong key are said, too", async () => {
    const { page } = await openPlayground();
    await fill(page, `${site.url}/hostile/status/404`);
    await page.keyboard.press("Enter");
    await statusMatches(page, /^No picture\.$/);
    assert.match(await textOf(page, "#problem"), /^host_returned_error/);
    await page.focus("#access-key");
    await page.keyboard.type("x");
    await page.keyboard.press("Enter");
    await eventually("the key is refused", async () =>
      (await textOf(page, "#problem")).startsWith("access_key_invalid"),
    );
    await page.close();
  });
});

suite("what a call is answered", () => {
  test("HTML is shown as text, and nothing of it runs", async () => {
    const { page, requested } = await openPlayground("#try-format");
    await page.waitForSelector("#field-format:focus");
    await page.keyboard.type("html");
    await page.$eval("#field-html", (field) => {
      (field as unknown as { value: string }).value =
        "<title>mine</title><script>document.title = 'ran'</script><img src='/nowhere.png'>";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await retype(page, "field-url", "");
    await tabTo(page, "access-key");
    await page.keyboard.type(at.accessKey);
    await page.keyboard.press("Enter");
    await statusMatches(page, /^Taken in .*text\/html/);
    assert.match(await textOf(page, "#view pre"), /<title>/);
    assert.match(await page.title(), /^Playground/);
    assert.ok(requested.every((url) => !url.includes("nowhere")));
    // The link to save it, opened in a tab instead.
    const file = await page.$eval("#links a", (link) => link.getAttribute("href") ?? "");
    await page.goto(file);
    assert.equal(await page.evaluate("document.contentType"), "text/plain");
    await page.close();
  });

  test("warnings, JSON, and the end of an asynchronous job are shown", async () => {
    const { page } = await openPlayground("#try-pdf_landscape");
    await page.waitForSelector("#field-pdf_landscape:focus");
    await page.keyboard.press("Space");
    await fill(page, `${site.url}/shop`);
    await page.keyboard.press("Enter");
    await statusMatches(page, /^Taken in /);
    assert.match(await textOf(page, "#warnings"), /"pdf_landscape" had no effect/);

    await find(page, "response_type");
    await page.keyboard.type("json");
    await tabTo(page, "run");
    await page.keyboard.press("Enter");
    await statusMatches(page, /application\/json/);
    assert.match(await textOf(page, "#view pre"), /"screenshot_url"/);

    await find(page, "async");
    await page.keyboard.press("Space");
    await tabTo(page, "run");
    await page.keyboard.press("Enter");
    await statusMatches(page, /^The job has its picture\.$/);
    assert.match(await textOf(page, "#view pre"), /"reason": "Captured"/);
    await page.close();
  });

  test("a running call can be stopped", async () => {
    const { page } = await openPlayground();
    await fill(page, `${site.url}/shop`);
    await find(page, "delay");
    await page.keyboard.type("30");
    await page.keyboard.press("Enter");
    await tabTo(page, "stop");
    await page.keyboard.press("Enter");
    await statusMatches(page, /^Stopped\.$/);
    assert.equal(await focused(page), "run");
    await page.close();
  });

  test("a job is followed on when the gateway has no answer for a while", async () => {
    const { page } = await openPlayground("#try-async");
    await page.waitForSelector("#field-async:focus");
    await page.keyboard.press("Space");
    let refusals = 0;
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      const isJob = new URL(request.url()).pathname.startsWith("/v1/jobs/");
      if (!isJob || refusals === 2) return void request.continue();
      refusals += 1;
      void request.respond({
        status: 503,
        headers: { "retry-after": "1" },
        contentType: "application/problem+json",
        body: JSON.stringify({ code: "Unavailable", detail: "The API server is not available" }),
      });
    });
    await fill(page, `${site.url}/shop`);
    await page.keyboard.press("Enter");
    await statusMatches(page, /^The job has its picture\.$/);
    assert.equal(refusals, 2);
    await page.close();
  });

  test("a job that goes on without the page is said to go on", async () => {
    const { page } = await openPlayground("#try-async");
    await page.waitForSelector("#field-async:focus");
    await page.keyboard.press("Space");
    await find(page, "delay");
    await page.keyboard.type("30");
    await fill(page, `${site.url}/shop`);
    await page.keyboard.press("Enter");
    await statusMatches(page, /^Accepted\./);
    await tabTo(page, "stop");
    await page.keyboard.press("Enter");
    const said = await statusMatches(page, /^No longer followed\. The job goes on: /);
    const path = said.slice(said.indexOf("/v1/jobs/"));
    const headers = { "x-access-key": at.accessKey };
    const job = await (await fetch(at.gatewayURL + path, { headers })).json();
    assert.equal((job as { succeeded: string }).succeeded, "Unknown");
    await (await fetch(at.gatewayURL + path, { method: "DELETE", headers })).arrayBuffer();
    await page.close();
  });

  test("what is answered for the gateway's own address cannot act in its name", async () => {
    const { page } = await openPlayground();
    // The script runs where the page is captured, and not again where it is shown.
    const html = "<title>mine</title><script>document.title += '!'</script>";
    const query = new URLSearchParams({ access_key: at.accessKey, html, format: "html" });
    await page.goto(`${at.gatewayURL}/take?${query.toString()}`);
    assert.equal(await page.title(), "mine!");
    await page.close();
  });
});
