import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { CertificateAuthority } from "../../src/platform/certificates/certificate-authority.ts";
import { eventually } from "../support/eventually.ts";
import { jobNames, newJobNames } from "../support/job-reader.ts";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { TakeCaller } from "../support/take-caller.ts";
import { decodeVideo } from "../support/video.ts";
import { WebhookReceiver, type ReceivedWebhook } from "../support/webhook-receiver.ts";

/**
 * Webhooks as the defaults have them: over TLS, to a receiver whose certificate is checked. The receiver's authority is the
 * test's own, and the processes are told to trust it as an operator would tell them: with NODE_EXTRA_CA_CERTS.
 */
const address = "127.0.53.12";
let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;
let caller: TakeCaller;
let trusted: WebhookReceiver;
let stranger: WebhookReceiver;

before(async () => {
  stills = await StillsTenant.create("take-webhooks");
  const subject = { commonName: "receiver", hosts: [address] };
  const certificate = await stills.issueReceiverCertificate(subject);
  trusted = await WebhookReceiver.start(address, certificate);
  stranger = await WebhookReceiver.start(
    address,
    new CertificateAuthority("nobody").issue(subject),
  );
  site = await startSite({ host: address });
  at = await stills.coordinates();
  caller = new TakeCaller(at);
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
  await trusted?.stop();
  await stranger?.stop();
});

async function received(path: string): Promise<ReceivedWebhook> {
  return await eventually(`the webhook at ${path}`, () => trusted.at(path)[0]);
}

/** As `openssl dgst -sha256 -hmac` has it. */
function signatureOf(body: Buffer): string {
  return createHmac("sha256", at.secretKey).update(body).digest("hex");
}

async function locationOf(response: Response): Promise<string> {
  assert.equal(response.status, 201, await response.clone().text());
  assert.equal((await response.arrayBuffer()).byteLength, 0);
  return response.headers.get("location") ?? "";
}

test("the request that the original documents: an empty answer at once, then a signed webhook that says where", async () => {
  const response = await caller.take({
    ...{ url: `${site.url}/shop`, store: true, storage_path: "example", response_type: "json" },
    ...{ async: true, webhook_url: `${trusted.url}/documented`, storage_return_location: true },
    external_identifier: "order7",
  });
  await locationOf(response);

  const { headers, body } = await received("/documented");
  assert.equal(headers["x-screenshotone-signature"], signatureOf(body));
  assert.equal(headers["x-screenshotone-external-identifier"], "order7");
  const told = JSON.parse(body.toString("utf8")) as {
    store: { location: string };
    screenshot_url: string;
  };
  const pictures = await Promise.all(
    [told.store.location, told.screenshot_url].map(async (url) =>
      Buffer.from(await (await fetch(url)).arrayBuffer()),
    ),
  );
  assert.ok(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0)));
  assert.equal(pictures[0]?.subarray(0, 3).toString("hex"), "ffd8ff");
});

test("a webhook without signature, and the picture as its body, for a call that waits as well", async () => {
  const response = await caller.take({
    ...{ url: `${site.url}/shop`, format: "png", webhook_url: `${trusted.url}/plain` },
    webhook_sign: false,
  });
  const answered = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200);
  const { headers, body } = await received("/plain");
  assert.equal(headers["x-screenshotone-signature"], undefined);
  assert.equal(headers["content-type"], "image/png");
  assert.ok(body.equals(answered));
});

test("an animation is told of, with its address or as the body", async () => {
  const animate = new TakeCaller(at, "animate");
  const film = {
    url: `${site.url}/corners`,
    duration: 1,
    stills_frames_per_second: 5,
    async: true,
  };
  const hook = (path: string) => ({ webhook_url: `${trusted.url}${path}` });
  await locationOf(await animate.take({ ...film, ...hook("/film"), response_type: "json" }));
  const told = await received("/film");
  assert.equal(told.headers["x-screenshotone-signature"], signatureOf(told.body));
  const { screenshot_url: url } = JSON.parse(told.body.toString()) as { screenshot_url: string };
  const answer = await fetch(url);
  assert.equal(answer.headers.get("content-type"), "video/mp4");
  assert.equal((await decodeVideo(Buffer.from(await answer.arrayBuffer()))).frames.length, 5);

  await locationOf(await animate.take({ ...film, ...hook("/film-itself"), format: "webm" }));
  const sent = await received("/film-itself");
  assert.equal(sent.headers["content-type"], "video/webm");
  assert.equal((await decodeVideo(sent.body)).codec, "vp9");
});

test("a failure is told only to whoever asks for that", async () => {
  const failing = { url: `${site.url}/hostile/status/404`, async: true, response_type: "json" };
  const silent = await locationOf(
    await caller.take({ ...failing, webhook_url: `${trusted.url}/silent` }),
  );
  await caller.take({ ...failing, webhook_url: `${trusted.url}/told`, webhook_errors: true });
  const { headers, body } = await received("/told");
  assert.equal(headers["x-screenshotone-error-code"], "host_returned_error");
  const told = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  assert.equal(told["error_code"], "host_returned_error");
  assert.equal(headers["x-screenshotone-signature"], signatureOf(body));
  await eventually("the silent one has ended", async () => {
    return (await caller.read(silent))["succeeded"] === "False";
  });
  assert.deepEqual(trusted.at("/silent"), []);
});

test("a receiver inside the network, or one without TLS, is refused at once by its name, and nothing is made", async () => {
  const { port } = new URL(trusted.url);
  const notPublic = (host: string): RegExp =>
    new RegExp(`"webhook_url" is refused: The address of ${host} is not public, so it may not be`);
  const isInternal = (host: string): RegExp =>
    new RegExp(`"webhook_url" is refused: The host name ${host} is internal, so it may not be`);
  const cases: [url: string, sentence: RegExp][] = [
    ["https://10.1.2.3/inside", notPublic("10\\.1\\.2\\.3")],
    ["https://0x7f.1/loopback", notPublic("127\\.0\\.0\\.1")],
    [`https://localhost:${port}/`, notPublic("localhost")],
    ["https://[::ffff:169.254.169.254]/", notPublic("::ffff:a9fe:a9fe")],
    ["https://kubernetes.default.svc/", isInternal("kubernetes\\.default\\.svc")],
    ["https://nats.stills.svc.cluster.local/", isInternal("nats\\.stills\\.svc\\.cluster\\.local")],
    ["https://kubernetes/", isInternal("kubernetes")],
    ["https://inside.example/", notPublic("inside\\.example")],
    [
      `http://${address}:${port}/plain`,
      /must begin with https:; an operator can allow http with STI/,
    ],
    [`https://${address}:25/`, /Port 25 of 127\.0\.53\.12 may not be visited/],
  ];
  const jobs = await jobNames(stills, at.namespace);
  for (const [webhook_url, sentence] of cases) {
    const error = await caller.error({ url: `${site.url}/blank`, async: true, webhook_url });
    assert.deepEqual([error.code, error.status], ["request_not_valid", 400], webhook_url);
    assert.match(error.message, sentence);
  }
  assert.deepEqual(await newJobNames(stills, at.namespace, jobs), []);
  assert.equal(trusted.at("/no-tls").length, 0);
});

async function triesInVain(): Promise<number> {
  const metrics = await (await fetch(at.metricsURLs["gateway"]?.[0] ?? "")).text();
  const line = /^stills_webhook_tries_total\{outcome="TryAgain"\} (\d+)$/m;
  return Number(line.exec(metrics)?.[1] ?? 0);
}

test("a receiver that nobody vouches for gets nothing", async () => {
  const webhook_url = `${stranger.url}/stranger`;
  const earlier = await triesInVain();
  const location = await locationOf(
    await caller.take({ url: `${site.url}/blank`, async: true, webhook_url }),
  );
  await eventually("a try was made in vain", async () => (await triesInVain()) > earlier);
  assert.equal((await caller.read(location))["succeeded"], "True");
  assert.equal(stranger.received.length, 0);
});
