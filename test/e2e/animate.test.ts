import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signLink } from "../../src/gateway/take/signed-link.ts";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { eventually } from "../support/eventually.ts";
import { jobNames, newJobNames } from "../support/job-reader.ts";
import { assertColour } from "../support/picture.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { colours, css } from "../support/site/colours.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { TakeCaller, type TakeOptions } from "../support/take-caller.ts";
import { decodeVideo } from "../support/video.ts";

/** `/animate` through the whole system. What is in the frames is tested beside the worker. */

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;
let caller: TakeCaller;

before(async () => {
  site = await startSite({ host: "127.0.53.28" });
  stills = await StillsTenant.create("animate");
  at = await stills.coordinates();
  caller = new TakeCaller(at, "animate");
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

/** As little work as shows everything. */
const short = { duration: 1, stills_frames_per_second: 5, viewport_width: 400 } as const;
const page = (path = "/corners"): string => `${site.url}${path}`;

async function assertShowsCorners(bytes: Uint8Array, height = 300): Promise<void> {
  const { frames } = await decodeVideo(bytes);
  assert.equal(frames.length, 5);
  for (const frame of frames) {
    assert.deepEqual([frame.width, frame.height], [400, height]);
    assertColour(frame, { x: 50, y: 50 }, colours.red, 14);
    assertColour(frame, { x: 350, y: height - 50 }, colours.yellow, 14);
  }
}

test("a call without options is five seconds of MP4, 1280 x 960", async () => {
  const response = await caller.take({ url: page() });
  assert.equal(response.headers.get("content-type"), "video/mp4");
  const video = await decodeVideo(Buffer.from(await response.arrayBuffer()));
  assert.deepEqual([video.codec, video.width, video.height], ["h264", 1280, 960]);
  assert.deepEqual([video.durationSeconds, video.framesPerSecond], [5, 25]);
  assert.equal(video.frames.length, 125);
});

for (const [format, mediaType] of [
  ["webm", "video/webm"],
  ["mov", "video/quicktime"],
  ["avi", "video/x-msvideo"],
  ["gif", "image/gif"],
] as const)
  test(`format ${format} is answered as such, with its extension`, async () => {
    const response = await caller.take({ ...short, url: page(), format, attachment_name: "page" });
    assert.equal(response.headers.get("content-type"), mediaType);
    const disposition = response.headers.get("content-disposition");
    assert.equal(disposition, `attachment; filename="page.${format}"`);
    await assertShowsCorners(Buffer.from(await response.arrayBuffer()));
  });

test("a POST takes the same options, and HEAD answers without a body", async () => {
  const post = await fetch(`${at.gatewayURL}/animate`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-access-key": at.accessKey },
    body: JSON.stringify({ ...short, url: page(), aspect_ratio: "16:9" }),
  });
  assert.equal(post.status, 200);
  await assertShowsCorners(Buffer.from(await post.arrayBuffer()), 226);

  const head = await caller.take({ ...short, url: page() }, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-type")], [200, "video/mp4"]);
  assert.ok(Number(head.headers.get("content-length")) > 1000);
});

test("a link that is signed is good for /animate, and an altered one is not", async () => {
  const query = new URLSearchParams({ access_key: at.accessKey, url: page(), duration: "1" });
  for (const [signature, status] of [
    [signLink(query.toString(), at.secretKey), 200],
    ["0".repeat(64), 400],
  ] as const) {
    const link = `${at.gatewayURL}/animate?${query.toString()}&signature=${signature}`;
    const response = await fetch(link);
    assert.equal(response.status, status);
    await response.arrayBuffer();
  }
});

interface StoredAnswer {
  screenshot_url: string;
  store: { key: string; location: string };
}

test("a video is stored, and JSON says where", async () => {
  const stored = { store: true, storage_path: "e2e/video", storage_return_location: true };
  const options = { ...short, ...stored, url: page(), response_type: "json" };
  const answer = JSON.parse((await caller.bytes(options)).toString("utf8")) as StoredAnswer;
  assert.equal(answer.store.key, "stored/animate/e2e/video.mp4");
  for (const url of [answer.store.location, answer.screenshot_url]) {
    const response = await fetch(url);
    assert.equal(response.headers.get("content-type"), "video/mp4");
    await assertShowsCorners(Buffer.from(await response.arrayBuffer()));
  }
});

test("an asynchronous call answers at once, and the job says where the video is", async () => {
  const response = await caller.take({ ...short, url: page(), format: "gif", async: true });
  assert.equal(response.status, 201);
  assert.equal((await response.arrayBuffer()).byteLength, 0);
  const location = response.headers.get("location") ?? "";
  const { location: video } = await eventually("the job has ended", async () => {
    const job = await caller.read(location);
    return job["location"] === undefined ? undefined : (job as { location: string });
  });
  await assertShowsCorners(Buffer.from(await (await fetch(video)).arrayBuffer()));
});

const navigation = {
  ...{ duration: 2, stills_frames_per_second: 5, viewport_width: 400, scroll_duration: 200 },
  ...{ scenario: "scroll", scroll_try_navigate: true, scroll_navigate_after: 400 },
} as const;
/** A page of one colour that is 900 pixels high, with links. */
const linksPage = (links: string): string =>
  `<body style="margin: 0; height: 900px; background: ${css(colours.violet)}">${links}`;

test("a page that is scrolled goes on to a link, or to an address", async () => {
  const links = `<a href="${page("/article")}">Article</a> <a href="${page("/corners")}">Corners</a>`;
  for (const target of [
    { html: linksPage(links), scroll_navigate_link_hints: ["edges", "corner"] },
    { html: linksPage(""), scroll_navigate_to_url: page("/corners") },
  ]) {
    const response = await caller.take({ ...navigation, ...target });
    assert.equal(response.headers.get("x-stills-warning"), null);
    const { frames } = await decodeVideo(Buffer.from(await response.arrayBuffer()));
    for (const [number, frame] of frames.entries())
      assertColour(frame, { x: 50, y: 50 }, number < 2 ? colours.violet : colours.red, 14);
    assert.ok(frames.length > 4, `${frames.length} frames`);
  }
});

test("a page that may not be visited is not gone on to, which is said", async () => {
  const refused = "http://10.0.0.1/pricing";
  const response = await caller.take({
    ...{ ...navigation, html: linksPage("") },
    scroll_navigate_to_url: refused,
  });
  assert.match(
    response.headers.get("x-stills-warning") ?? "",
    /^The recording stayed on the page that it began with: The address of 10\.0\.0\.1 is not public/,
  );
  const { frames } = await decodeVideo(Buffer.from(await response.arrayBuffer()));
  for (const frame of frames) assertColour(frame, { x: 50, y: 50 }, colours.violet, 14);
});

test("what is wrong is told in the words of the call, and leaves no job behind", async () => {
  const before = await jobNames(stills, "animate");
  for (const [options, message] of [
    [{ duration: 31 }, /"duration" must be less than or equal to 30/],
    [{ width: 640 }, /"height" is required with "width"/],
    [{ full_page: true }, /"full_page" is not allowed/],
    [{ clip_x: 5 }, /"clip_x" is not allowed with "format" mp4, only with gif/],
    [{ scroll_navigate_to_url: "file:///etc/passwd" }, /"scroll_navigate_to_url" must be/],
    [{ scroll_navigate_after: -1 }, /"scroll_navigate_after" must be greater than or equal to 0/],
    [{ format: "png" }, /"format" must be one of \[gif, mp4, webm, mov, avi\]/],
  ] as const) {
    const error = await caller.error({ ...(options as TakeOptions), url: page() });
    assert.deepEqual([error.code, error.status], ["request_not_valid", 400]);
    assert.match(error.message, message);
  }
  const take = new TakeCaller(at);
  assert.match(
    (await take.error({ url: page(), format: "mp4" })).message,
    /"format" mp4 is not available: videos are made by `\/animate`/,
  );
  assert.deepEqual(await newJobNames(stills, "animate", before), []);
});
