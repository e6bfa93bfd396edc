import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { assertColour, assertSize, decodePicture } from "../support/picture.ts";
import { colourOf, colours } from "../support/site/colours.ts";
import { startSite, type Site } from "../support/site/serve.ts";

/** File formats through the whole system: type, extension and what is stored. What is in them is tested beside the worker. */

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;

before(async () => {
  site = await startSite({ host: "127.0.53.16" });
  stills = await StillsTenant.create("formats");
  at = await stills.coordinates();
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

async function take(path: string, options: Record<string, string>): Promise<Response> {
  const given = { access_key: at.accessKey, url: site.url + path, ...options };
  return await fetch(`${at.gatewayURL}/take?${new URLSearchParams(given).toString()}`);
}

async function bytesOf(response: Response): Promise<Buffer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, bytes.toString("utf8").slice(0, 500));
  return bytes;
}

for (const [format, mediaType, decoded] of [
  ["gif", "image/gif", "gif"],
  ["tiff", "image/tiff", "tiff"],
  ["avif", "image/avif", "heif"],
] as const)
  test(`format ${format} is answered and stored as such`, async () => {
    const options = { format, attachment_name: "page", metadata_image_size: "true" };
    const response = await take("/corners", options);
    assert.equal(response.headers.get("content-type"), mediaType);
    assert.equal(
      response.headers.get("content-disposition"),
      `attachment; filename="page.${format}"`,
    );
    assert.equal(response.headers.get("x-screenshotone-image-height"), "1024");
    const picture = await decodePicture(await bytesOf(response));
    assert.equal(picture.format, decoded);
    assertSize(picture, 1280, 1024);
    assertColour(picture, { x: 50, y: 50 }, colours.red, 12);

    const { store, screenshot_url: url } = await storedAs(options);
    assert.equal(store.key, `stored/formats/e2e/page.${format}`);
    assert.equal((await fetch(url)).headers.get("content-type"), mediaType);
  });

for (const [format, mediaType, extension, text] of [
  ["html", "text/html; charset=utf-8", "html", /<h1>Grüße aus Köln<\/h1>/],
  ["markdown", "text/markdown; charset=utf-8", "md", /^# Grüße aus Köln$/m],
] as const)
  test(`format ${format} is answered and stored as such, and runs no script`, async () => {
    const response = await take("/latin", { format, attachment_name: "page" });
    assert.equal(response.headers.get("content-type"), mediaType);
    assert.equal(response.headers.get("content-security-policy"), "sandbox");
    assert.equal(
      response.headers.get("content-disposition"),
      `attachment; filename="page.${extension}"`,
    );
    assert.match((await bytesOf(response)).toString("utf8"), text);

    const {
      store,
      screenshot_url: url,
      content,
    } = await storedAs({
      ...{ format, metadata_content: "true", metadata_content_format: format },
    });
    assert.equal(store.key, `stored/formats/e2e/page.${extension}`);
    for (const link of [url, content?.url ?? ""]) {
      const linked = await fetch(link);
      assert.equal(linked.headers.get("content-type"), mediaType);
      assert.match((await bytesOf(linked)).toString("utf8"), text);
    }
  });

interface StoredAnswer {
  screenshot_url: string;
  store: { key: string };
  content?: { url: string };
}

async function storedAs(options: Record<string, string>): Promise<StoredAnswer> {
  const stored = { store: "true", storage_path: "e2e/page", response_type: "json" };
  const response = await take("/latin", { ...options, ...stored });
  return JSON.parse((await bytesOf(response)).toString("utf8")) as StoredAnswer;
}

test("formats without an encoder are refused with the reason", async () => {
  const response = await take("/latin", { format: "jp2" });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /\\"format\\" jp2 is not available: .* JPEG 2000/);
});

test("shadow roots are in HTML where include_shadow_dom asks for them", async () => {
  const without = await bytesOf(await take("/buttons", { format: "html" }));
  const included = await take("/buttons", { format: "html", include_shadow_dom: "true" });
  assert.doesNotMatch(without.toString("utf8"), /<template shadowrootmode="open">/);
  assert.match((await bytesOf(included)).toString("utf8"), /<template shadowrootmode="open">/);
});

interface SlicedAnswer {
  slices: { index: number; offset_y: number; width: number; height: number; url: string }[];
}

test("a picture of the whole page is cut into slices, each behind a link", async () => {
  const options = {
    ...{ full_page: "true", full_page_scroll: "false", full_page_slices: "true" },
    ...{ full_page_slice_height: "1500", full_page_slice_overlap_height: "500" },
  };
  const inJSON = await take("/tall?height=3000", { ...options, response_type: "json" });
  const { slices } = JSON.parse((await bytesOf(inJSON)).toString("utf8")) as SlicedAnswer;
  assert.deepEqual(
    slices.map((slice) => [slice.index, slice.offset_y, slice.width, slice.height]),
    [
      [0, 0, 1280, 1500],
      [1, 1000, 1280, 1500],
      [2, 2000, 1280, 1000],
    ],
  );
  for (const { index, height, url } of slices) {
    const linked = await fetch(url);
    assert.equal(linked.headers.get("content-type"), "image/jpeg");
    const slice = await decodePicture(await bytesOf(linked));
    assertSize(slice, 1280, height);
    assertColour(slice, { x: 640, y: 990 }, colourOf(index), 12);
  }

  const inHeader = await take("/tall?height=3000", { ...options, format: "png" });
  assertSize(await decodePicture(await bytesOf(inHeader)), 1280, 3000);
  const manifestURL = inHeader.headers.get("x-screenshotone-full-page-slices-url") ?? "";
  const manifest = await fetch(manifestURL);
  const listed = JSON.parse((await bytesOf(manifest)).toString("utf8")) as SlicedAnswer;
  assert.deepEqual(
    listed.slices.map(({ offset_y: top }) => top),
    [0, 1000, 2000],
  );
  const last = await decodePicture(await bytesOf(await fetch(listed.slices[2]?.url ?? "")));
  assert.equal(last.format, "png");
  assertColour(last, { x: 640, y: 990 }, colourOf(2));
  const altered = await fetch(manifestURL.replace(/.$/, (end) => (end === "a" ? "b" : "a")));
  assert.equal(altered.status, 403);

  const without = await take("/tall?height=3000", { full_page: "true", full_page_scroll: "false" });
  await bytesOf(without);
  assert.equal(without.headers.get("x-screenshotone-full-page-slices-url"), null);
});
