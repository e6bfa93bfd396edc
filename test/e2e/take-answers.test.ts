import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { eventually } from "../support/eventually.ts";
import { jobsIn } from "../support/job-reader.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { TakeCaller } from "../support/take-caller.ts";
import { WebhookReceiver } from "../support/webhook-receiver.ts";

/** What the answers of `/take` say beside the picture. */

const address = "127.0.53.27";

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;
let receiver: WebhookReceiver;
let caller: TakeCaller;

before(async () => {
  site = await startSite({ host: address });
  stills = await StillsTenant.create("answers");
  const subject = { commonName: "receiver", hosts: [address] };
  receiver = await WebhookReceiver.start(address, await stills.issueReceiverCertificate(subject));
  at = await stills.coordinates();
  caller = new TakeCaller(at);
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await receiver?.stop();
  await site?.close();
});

const missed = /Nothing visible matched `selector` "#none", so the viewport was captured instead/;
const withWarning = { selector: "#none", format: "png", timeout: 40, navigation_timeout: 20 };

test("a picture that came directly says who it is, how long it took, and its warnings", async () => {
  const response = await caller.take({
    ...{ url: `${site.url}/shop`, ...withWarning },
    ...{ metadata_image_size: true, pdf_landscape: true },
  });
  assert.equal(response.status, 200);
  await response.arrayBuffer();
  const header = (name: string): string => response.headers.get(name) ?? "";
  assert.match(header("x-stills-warning"), missed);
  assert.match(header("x-stills-warning"), /"pdf_landscape" had no effect with this "format" \| /);
  assert.match(header("x-screenshotone-trace-id"), /^take-/);
  assert.match(header("x-screenshotone-reference"), /^[0-9a-f-]{36}$/);
  assert.ok(Number(header("x-screenshotone-rendering-seconds")) > 0);
  assert.equal(header("x-screenshotone-image-width"), "1280");
});

test("warnings stand in the job, in the JSON's headers and in the webhook", async () => {
  const url = `${site.url}/shop?warned`;
  const response = await caller.take({
    ...{ url, ...withWarning, response_type: "json" },
    ...{ webhook_url: `${receiver.url}/warned` },
  });
  assert.equal(response.status, 200, await response.text());
  assert.match(response.headers.get("x-stills-warning") ?? "", missed);
  const job = (await jobsIn(stills, at.namespace)).find(({ spec }) => spec.url === url);
  assert.deepEqual(job?.status?.warnings, [
    'Nothing visible matched element.selector "#none", so the viewport was captured instead',
  ]);
  const [webhook] = await eventually("the webhook came", () => {
    const received = receiver.at("/warned");
    return received.length > 0 ? received : undefined;
  });
  assert.match(String(webhook?.headers["x-stills-warning"]), missed);
});

test("a capture without a flaw has no warning", async () => {
  const response = await caller.take({ url: `${site.url}/shop`, format: "png" });
  await response.arrayBuffer();
  assert.equal(response.headers.get("x-stills-warning"), null);
});

test("size and name come without a body, too", async () => {
  const empty = await caller.take({
    ...{ url: `${site.url}/shop`, response_type: "empty", metadata_image_size: true },
  });
  assert.equal(await empty.text(), "");
  assert.equal(empty.headers.get("x-screenshotone-image-height"), "1024");
  const named = await caller.take({ url: `${site.url}/shop`, attachment_name: "Übersicht 1" });
  await named.arrayBuffer();
  assert.equal(
    named.headers.get("content-disposition"),
    `attachment; filename="_bersicht 1.jpg"; filename*=UTF-8''%C3%9Cbersicht%201.jpg`,
  );
});

test("a stored picture is read in parts, and not again", async () => {
  const answer = await caller.take({
    ...{ url: `${site.url}/shop`, format: "png", response_type: "json", attachment_name: "shop" },
  });
  const { screenshot_url: link = "" } = (await answer.json()) as Record<string, string>;
  const whole = await fetch(link);
  const bytes = Buffer.from(await whole.arrayBuffer());
  const etag = whole.headers.get("etag") ?? "";
  assert.match(etag, /^".+"$/);
  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  assert.equal(whole.headers.get("content-disposition"), 'attachment; filename="shop.png"');

  const read = async (headers: Record<string, string>, method = "GET") => {
    const response = await fetch(link, { method, headers });
    return { response, body: Buffer.from(await response.arrayBuffer()) };
  };
  const part = await read({ range: "bytes=8-15" });
  assert.equal(part.response.status, 206);
  assert.equal(part.response.headers.get("content-range"), `bytes 8-15/${bytes.length}`);
  assert.deepEqual(part.body, bytes.subarray(8, 16));
  const tail = await read({ range: "bytes=-4", "if-range": etag });
  assert.deepEqual([tail.response.status, tail.body], [206, bytes.subarray(-4)]);
  const changed = await read({ range: "bytes=0-1", "if-range": '"another"' });
  assert.deepEqual([changed.response.status, changed.body.length], [200, bytes.length]);
  const beyond = await read({ range: `bytes=${bytes.length}-` });
  assert.equal(beyond.response.status, 416);
  assert.equal(beyond.response.headers.get("content-range"), `bytes */${bytes.length}`);
  const known = await read({ "if-none-match": etag });
  assert.deepEqual([known.response.status, known.body.length], [304, 0]);
  const head = await read({ range: "bytes=0-1" }, "HEAD");
  assert.deepEqual(
    [head.response.status, head.response.headers.get("content-length"), head.body.length],
    [200, String(bytes.length), 0],
  );
});
