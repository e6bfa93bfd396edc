import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { createObjectStore } from "../../src/platform/objects/object-store.ts";
import { eventually } from "../support/eventually.ts";
import { assertSize, decodePicture } from "../support/picture.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { TakeCaller, type TakeOptions } from "../support/take-caller.ts";
import { decodeVideo } from "../support/video.ts";
import { WebhookReceiver } from "../support/webhook-receiver.ts";

/** What a cached picture brings along, through the whole system. */

const address = "127.0.53.41";

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;
let receiver: WebhookReceiver;
let caller: TakeCaller;

before(async () => {
  site = await startSite({ host: address });
  stills = await StillsTenant.create("cached");
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

interface Answer {
  screenshot_url: string;
  cache_url: string;
  metadata: { page_title: string };
  content: { url: string; expires: string };
  slices: { height: number; url: string }[];
}

async function bytesAt(url: string): Promise<Buffer> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return Buffer.from(await response.arrayBuffer());
}

/** Everything below `artifacts/` of this tenant, as a lifecycle rule of the bucket removes it. */
async function expireArtifacts(): Promise<number> {
  const store = createObjectStore(at.objects);
  const keys = await store.keysWith(`artifacts/${at.namespace}/`);
  for (const key of keys) await store.remove(key);
  store.close();
  return keys.length;
}

test("a hit has the page's content, its title, every slice and the picture, although nothing is left but the cache", async () => {
  const options = {
    ...{ url: `${site.url}/tall?height=3000`, format: "png", response_type: "json", cache: true },
    ...{
      full_page: true,
      full_page_scroll: false,
      full_page_slices: true,
      full_page_slice_height: 1500,
    },
    ...{ metadata_page_title: true, metadata_content: true },
  };
  const started = Date.now();
  const first = await caller.take({ ...options, cache_ttl: 86_400 });
  const said = (await first.json()) as Answer;
  assert.equal(first.headers.get("x-stills-cache"), "Miss", JSON.stringify(said));
  assert.ok((await expireArtifacts()) >= 3);
  const second = await caller.take(options);
  assert.equal(second.headers.get("x-stills-cache"), "Hit");
  const again = (await second.json()) as Answer;
  assert.deepEqual(again, said);
  assert.equal(again.slices.length, 2);
  const picture = await decodePicture(await bytesAt(again.cache_url));
  let height = 0;
  for (const slice of again.slices) {
    const part = await decodePicture(await bytesAt(slice.url));
    assertSize(part, picture.width, slice.height);
    height += part.height;
  }
  assert.equal(height, picture.height);
  assert.match((await bytesAt(again.content.url)).toString(), /<html/);
  const hours = (Date.parse(again.content.expires) - started) / 3_600_000;
  assert.ok(hours > 23.9 && hours < 24.5, again.content.expires);
  const jobOf = ({ headers }: Response) => headers.get("x-screenshotone-trace-id");
  assert.equal(jobOf(second), jobOf(first));
});

test("an animation is cached by its own options, and is none of a picture", async () => {
  const animate = new TakeCaller(at, "animate");
  const film = { url: `${site.url}/corners`, format: "gif", cache: true, viewport_height: 300 };
  const answers = async (
    options: TakeOptions,
    from = animate,
  ): Promise<[string | null, Buffer]> => {
    const response = await from.take({ ...film, ...options });
    assert.equal(response.status, 200);
    const bytes = Buffer.from(await response.arrayBuffer());
    return [response.headers.get("x-stills-cache"), bytes];
  };
  const [miss, recorded] = await answers({ duration: 1 });
  const [hit, cached] = await answers({ duration: 1 });
  assert.deepEqual([miss, hit], ["Miss", "Hit"]);
  assert.ok(cached.equals(recorded));
  assert.equal((await decodeVideo(cached)).frames.length, 10);
  const [longer, bytes] = await answers({ duration: 2 });
  assert.deepEqual([longer, (await decodeVideo(bytes)).frames.length], ["Miss", 20]);
  assert.equal((await answers({}, caller))[0], "Miss");
});

test("a webhook has the cached picture's link, and a hit calls none", async () => {
  const url = `${site.url}/shop?notified`;
  const options = { url, format: "png", response_type: "json", cache: true };
  const hook = (path: string) => ({ webhook_url: `${receiver.url}${path}` });
  const first = await caller.take({ ...options, ...hook("/first") });
  const { cache_url: link } = (await first.json()) as Answer;
  const hit = await caller.take({ ...options, ...hook("/hit") });
  assert.equal(hit.headers.get("x-stills-cache"), "Hit");
  await hit.arrayBuffer();
  const other = await caller.take({ ...options, cache_key: "other", ...hook("/other") });
  assert.equal(other.headers.get("x-stills-cache"), "Miss");
  await other.arrayBuffer();
  const [webhook] = await eventually("the webhooks of both renders came", () => {
    const [mine, last] = [receiver.at("/first"), receiver.at("/other")];
    return mine.length > 0 && last.length > 0 ? mine : undefined;
  });
  const body = JSON.parse(webhook?.body.toString() ?? "") as Answer;
  assert.equal(body.cache_url, link);
  assert.deepEqual(receiver.at("/hit"), []);
  await decodePicture(await bytesAt(body.cache_url));
});
