import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "puppeteer-core";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { eventually } from "../support/eventually.ts";
import { expectedPictures } from "../support/expected-pictures.ts";
import { PageReader } from "../support/page-reader.ts";
import { decodePicture } from "../support/picture.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { SnippetRunner } from "../support/snippet-runner.ts";

/** What the playground offers to copy, pasted and run on the whole system: each way takes the same picture. */

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;
let reader: PageReader;
let runner: SnippetRunner;
let page: Page;

before(async () => {
  site = await startSite({ host: "127.0.53.32" });
  stills = await StillsTenant.create("snippets");
  at = await stills.coordinates();
  reader = await PageReader.start();
  runner = await SnippetRunner.create();
  ({ page } = await reader.open(`${at.gatewayURL}/`));
  await page.$eval("#field-url", (field) => {
    (field as unknown as { value: string }).value = "";
  });
  await page.type("#field-url", `${site.url}/shop`);
  await page.type("#access-key", at.accessKey);
  await page.$$eval("details", (all) => {
    for (const one of all) one.setAttribute("open", "");
  });
  await page.select("#field-format", "png");
  await page.click("#field-full_page");
  await page.click("#with-key");
});

after(async () => {
  await runner?.[Symbol.asyncDispose]();
  await reader?.[Symbol.asyncDispose]();
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

/** The text to copy, once it says what the form says. */
async function textAs(kind: string, shows: RegExp): Promise<string> {
  await page.click(`#kind-${kind}`);
  const text = await eventually(`the text for ${kind} is there`, async () => {
    const found = await page.$eval("#snippet", ({ textContent }) => textContent ?? "");
    return shows.test(found) && found;
  });
  return text.replace("YOUR_SECRET_KEY", at.secretKey);
}

async function assertPicture(bytes: Buffer): Promise<void> {
  const picture = await decodePicture(bytes);
  assert.equal(picture.format, "png");
  expectedPictures.wholeShop(picture);
}

test("the link", async () => {
  const answer = await fetch(await textAs("url", /full_page=true/));
  await assertPicture(Buffer.from(await answer.arrayBuffer()));
});

for (const [kind, shows] of [
  ["curl", /"full_page": true/],
  ["javascript", /\.fullPage\(true\)/],
  ["python", /"full_page": True/],
] as const)
  test(kind, async () => {
    await runner.removeFile("picture.png");
    const text = await textAs(kind, shows);
    if (kind === "curl") await runner.shell(text);
    else await runner[kind === "python" ? "python" : "javaScript"]([text]);
    await assertPicture(await runner.file("picture.png"));
  });

test("the manifest", async () => {
  const text = await textAs("manifest", /extent: FullPage/);
  const name = /^ {2}name: (\S+)$/m.exec(text)?.[1] ?? "";
  await stills.apply(text.replace("metadata:", `metadata:\n  namespace: ${at.namespace}`));
  const words = ["-n", at.namespace, "screenshotjob", name];
  await stills.kubectl("wait", "--for=condition=Succeeded", "--timeout=120s", ...words);
  const location = await stills.kubectl("get", "-o", "jsonpath={.status.location}", ...words);
  await assertPicture(Buffer.from(await (await fetch(location)).arrayBuffer()));
});
