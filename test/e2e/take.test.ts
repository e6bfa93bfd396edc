import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { createRequire } from "node:module";
import { captureOptions } from "../../src/api/options/capture-options.ts";
import { largestDirectPictureBytes } from "../../src/api/messages/picture-messages.ts";
import { takeErrorCatalogue } from "../../src/api/reasons/take-errors.ts";
import { eventually } from "../support/eventually.ts";
import { HeldPages } from "../support/held-pages.ts";
import { jobNames, jobsIn, newJobNames } from "../support/job-reader.ts";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { decodePicture, assertSize } from "../support/picture.ts";
import { startSite, type Site } from "../support/site/serve.ts";

/** `/take` through the whole system, as callers of the original API use it. */

const sdk = createRequire(import.meta.url)(
  "screenshotone-api-sdk",
) as typeof import("screenshotone-api-sdk");
const address = "127.0.53.5";

let stills: StillsTenant;
let at: LocalCoordinates;
let site: Site;
let held: HeldPages;

before(async () => {
  site = await startSite({ host: address });
  held = await HeldPages.start(address);
  stills = await StillsTenant.create("take");
  at = await stills.coordinates();
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
  await held?.stop();
});

const page = (path = "/shop"): string => `${site.url}${path}`;

function queryOf(options: Record<string, string | number | boolean>): string {
  return new URLSearchParams(
    Object.entries(options).map(([name, value]) => [name, String(value)]),
  ).toString();
}

function take(
  options: Record<string, string | number | boolean>,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${at.gatewayURL}/take?${queryOf({ access_key: at.accessKey, ...options })}`, init);
}

async function errorOf(response: Response): Promise<{ error_code: string; error_message: string }> {
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  const body = (await response.json()) as Record<string, string>;
  assert.equal(body["is_successful"], false);
  const page_ = await fetch(body["documentation_url"] ?? "");
  assert.equal(page_.status, 200, `documentation of ${body["error_code"]}`);
  assert.match(await page_.text(), new RegExp(body["error_code"] ?? "?"));
  return body as unknown as { error_code: string; error_message: string };
}

test("the official SDK takes a picture, signs its link, and stores", async () => {
  const client = new sdk.Client(at.accessKey, at.secretKey, at.gatewayURL);
  const options = sdk.TakeOptions.url(page()).format("png").viewportWidth(800).viewportHeight(600);

  const blob = await client.take(options);
  const picture = await decodePicture(Buffer.from(await blob.arrayBuffer()));
  assertSize(picture, 800, 600);

  const link = await client.generateSignedTakeURL(options);
  assert.match(link, /&signature=[0-9a-f]{64}$/);
  assert.equal((await fetch(link)).status, 200);
  const forged = await fetch(link.replace("viewport_width=800", "viewport_width=801"));
  assert.equal((await errorOf(forged)).error_code, "signature_is_not_valid");

  const stored = await client.store(sdk.TakeOptions.url(page()).format("png"), "sdk/one");
  assert.deepEqual(stored, { bucket: "stills", key: "stored/take/sdk/one.png" });
});

test("the SDK gets error objects", async () => {
  const client = new sdk.Client("wrong", at.secretKey, at.gatewayURL);
  await assert.rejects(
    () => client.take(sdk.TakeOptions.url(page())),
    (error: unknown) => error instanceof sdk.APIError && error.errorCode === "access_key_invalid",
  );
});

test("GET, POST and HEAD answer alike; the key may come as option or header", async () => {
  const get = await take({ url: page(), format: "png" });
  assert.equal(get.headers.get("content-type"), "image/png");
  assert.equal((await decodePicture(Buffer.from(await get.arrayBuffer()))).width, 1280);

  const post = await fetch(`${at.gatewayURL}/take`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-access-key": at.accessKey },
    body: JSON.stringify({ url: page(), format: "png", viewport_width: "640" }),
  });
  assert.equal((await decodePicture(Buffer.from(await post.arrayBuffer()))).width, 640);

  const head = await take({ url: page(), format: "png" }, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get("content-type"), "image/png");
  assert.ok(Number(head.headers.get("content-length")) > 1000);
  assert.equal((await head.arrayBuffer()).byteLength, 0);
});

/** Noise, which no format makes small: the picture is too large to come straight from the worker. */
const noise = `<body style="margin: 0"><canvas id="noise" width="1600" height="1200"></canvas><script>
  const context = document.getElementById("noise").getContext("2d");
  const image = context.createImageData(1600, 1200);
  for (let at = 0; at < image.data.length; at += 1) image.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
  context.putImageData(image, 0, 0);</script>`;

test("a picture of many megabytes is streamed from the store, as an answer and behind its link", async () => {
  const options = { html: noise, format: "png", viewport_width: 1600, viewport_height: 1200 };
  const response = await take(options);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.ok(bytes.length > largestDirectPictureBytes, `${bytes.length} bytes`);
  assert.equal(response.headers.get("content-length"), String(bytes.length));
  assertSize(await decodePicture(bytes), 1600, 1200);

  const head = await take(options, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.ok(Number(head.headers.get("content-length")) > largestDirectPictureBytes);

  const json = await take({ ...options, response_type: "json" });
  const { screenshot_url } = (await json.json()) as { screenshot_url: string };
  const linked = await fetch(screenshot_url);
  const { byteLength } = await linked.arrayBuffer();
  assert.equal(linked.headers.get("content-length"), String(byteLength));
  assert.ok(byteLength > largestDirectPictureBytes);
});

test("response_type json has an expiring link, sizes and the stored object; empty has headers only", async () => {
  const options = {
    ...{ url: page(), format: "png", store: true, storage_path: "json/one" },
    ...{ storage_return_location: true, metadata_image_size: true },
  };
  const json = (await (await take({ ...options, response_type: "json" })).json()) as {
    screenshot_url: string;
    store: { location: string; bucket: string; key: string };
    metadata: { image_size: { width: number; height: number } };
  };
  assert.equal(json.store.key, "stored/take/json/one.png");
  assert.deepEqual(json.metadata.image_size, { width: 1280, height: 1024 });
  const [linked, stored] = await Promise.all(
    [json.screenshot_url, json.store.location].map(async (url) =>
      Buffer.from(await (await fetch(url)).arrayBuffer()),
    ),
  );
  assert.ok(linked!.byteLength > 1000 && linked!.equals(stored!));
  const altered = await fetch(
    json.screenshot_url.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
  );
  assert.equal(altered.status, 403);

  const empty = await take({ ...options, response_type: "empty" });
  assert.equal(empty.status, 200);
  assert.equal((await empty.arrayBuffer()).byteLength, 0);
  assert.equal(empty.headers.get("x-screenshotone-store-location"), json.store.location);
  assert.equal(empty.headers.get("x-screenshotone-store-key"), json.store.key);
});

test("async answers 201 at once with an empty body; the job can be read, repeated, and not cancelled twice", async () => {
  const accepted = await take({ url: page(), async: true });
  assert.equal(accepted.status, 201);
  assert.equal((await accepted.arrayBuffer()).byteLength, 0);
  const location = accepted.headers.get("location") ?? "";
  const native = (path: string, method = "GET"): Promise<Response> =>
    fetch(`${at.gatewayURL}${path}`, { method, headers: { "x-access-key": at.accessKey } });

  const job = await eventually("the job has ended", async () => {
    const found = (await (await native(location)).json()) as Record<string, unknown>;
    return found["succeeded"] === "Unknown" ? undefined : found;
  });
  assert.equal(job["reason"], "Captured");
  assert.equal((await fetch(String(job["location"]))).status, 200);

  const tooLate = await native(location, "DELETE");
  assert.equal(tooLate.status, 409);
  assert.equal(tooLate.headers.get("content-type"), "application/problem+json; charset=utf-8");

  const retried = await native(`${location}/retry`, "POST");
  assert.equal(retried.status, 201);
  assert.equal(retried.headers.get("location"), `${location}-r1`);
  await eventually("the retry has ended", async () => {
    const found = (await (await native(`${location}-r1`)).json()) as Record<string, unknown>;
    return found["succeeded"] === "True";
  });
  assert.equal((await native("/v1/jobs/no-such-job")).status, 404);
  assert.equal((await fetch(`${at.gatewayURL}${location}`)).status, 401);
});

test("a running job is cancelled by DELETE", async () => {
  held.holdAll();
  const url = `http://${address}:${held.port}/cancel`;
  const location = (await take({ url, async: true })).headers.get("location") ?? "";
  await eventually("the page is being captured", () => held.open > 0);
  const headers = { "x-access-key": at.accessKey };
  const cancelled = await fetch(`${at.gatewayURL}${location}`, { method: "DELETE", headers });
  assert.equal(cancelled.status, 202);
  await eventually("the job has ended as cancelled", async () => {
    const job = await (await fetch(`${at.gatewayURL}${location}`, { headers })).json();
    return (job as Record<string, unknown>)["reason"] === "Cancelled";
  });
  await eventually("the page was let go", () => held.open === 0);
});

test("a caller that hangs up ends its job", async () => {
  held.holdAll();
  const controller = new AbortController();
  const url = `http://${address}:${held.port}/hang-up`;
  const waiting = take({ url }, { signal: controller.signal });
  await eventually("the page is being captured", () => held.open > 0);
  controller.abort();
  await assert.rejects(waiting);
  await eventually("the capture was given up", () => held.open === 0);
  await eventually("its job ended as cancelled", async () => {
    const jobs = await jobsIn(stills, at.namespace);
    const job = jobs.find(({ spec }) => spec.url?.endsWith("/hang-up"));
    return job?.status?.conditions?.some(
      ({ type, reason }) => type === "Succeeded" && reason === "Cancelled",
    );
  });
});

test("an idempotency key attaches to the same job, and refuses another request", async () => {
  const headers = { "idempotency-key": "order-7" };
  const first = await take({ url: page(), async: true }, { headers });
  const second = await take({ url: page(), async: true }, { headers });
  assert.equal(first.status, 201);
  assert.equal(second.headers.get("location"), first.headers.get("location"));
  const other = await take({ url: page("/article"), async: true }, { headers });
  assert.match((await errorOf(other)).error_message, /Idempotency-Key/);
});

test("what is wrong is answered in one style, and nothing is created", async () => {
  const jobs = await jobNames(stills, at.namespace);
  const cases: [Record<string, string>, string, RegExp][] = [
    [{}, "request_not_valid", /one of "url", "html", "markdown" is required/],
    [{ url: page(), colour: "red" }, "request_not_valid", /"colour" is not allowed/],
    [
      { url: page(), vision_prompt: "x" },
      "request_not_valid",
      /"vision_prompt" is not supported: /,
    ],
    [
      { url: page(), viewport_width: "0" },
      "request_not_valid",
      /"viewport_width" must be greater than or equal to 1/,
    ],
    [
      { url: page(), full_page: "true", clip_width: "1", clip_height: "1" },
      "request_not_valid",
      /not allowed with "full_page"/,
    ],
    [
      { url: page(), store: "true", storage_path: "../x" },
      "request_not_valid",
      /"storage_path" must not contain/,
    ],
    [
      { url: page(), webhook_url: "ftp://x" },
      "request_not_valid",
      /"webhook_url" must be a valid URI/,
    ],
    [{ url: "file:///etc/passwd" }, "request_not_valid", /"url" must be a valid URI/],
    [{ access_key: "", url: page() }, "access_key_required", /access_key/],
    [
      { access_key: "nobody", url: page() },
      "access_key_invalid",
      /^No account has this access key/,
    ],
    [{ url: page(), signature: "0".repeat(64) }, "signature_is_not_valid", /signature/],
  ];
  for (const [options, code, sentence] of cases) {
    const response = await take(options);
    const error = await errorOf(response);
    assert.equal(error.error_code, code, JSON.stringify(options));
    assert.match(error.error_message, sentence);
    assert.equal(
      response.status,
      takeErrorCatalogue[code as keyof typeof takeErrorCatalogue].status,
    );
  }
  assert.deepEqual(await newJobNames(stills, at.namespace, jobs), []);
});

test("failures of the page answer with their code and reason", async () => {
  const cases: [Record<string, string | number>, string, string][] = [
    [{ url: "https://no-such-host.example/" }, "name_not_resolved", "NameNotResolved"],
    [{ url: "http://10.1.2.3/" }, "request_not_valid", "TargetNotAllowed"],
    [{ url: page("/hostile/status?status=404") }, "host_returned_error", "HostReturnedError"],
    [
      { url: page(), selector: "#no-such-thing", error_on_selector_not_found: "true" },
      "selector_not_found",
      "SelectorNotFound",
    ],
    [
      { url: page(), wait_for_selector: "#never", timeout: 15, navigation_timeout: 5 },
      "timeout_error",
      "WaitTimedOut",
    ],
  ];
  for (const [options, code, reason] of cases) {
    const response = await take(options);
    assert.equal(response.headers.get("x-stills-reason"), reason, JSON.stringify(options));
    assert.equal((await errorOf(response)).error_code, code);
  }
});

test("the status of the page's host is told as the host gave it, whatever the host is called", async () => {
  const response = await take({ url: page("/hostile/status/503") });
  const told = (await response.json()) as Record<string, unknown>;
  assert.match(
    String(told["error_message"]),
    /^127\.0\.\d+\.\d+:\d+ answered with HTTP status 503/,
  );
  assert.equal(told["returned_status_code"], 503);
});

test("bodies, headers and URLs have limits, and slow or wrong bytes get an answer in words", async () => {
  const post = (body: string, type = "application/json"): Promise<Response> =>
    fetch(`${at.gatewayURL}/take?access_key=${at.accessKey}`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
  const huge = await post(JSON.stringify({ html: "x".repeat(50 * 1024 * 1024) }));
  assert.equal(huge.status, 413);
  assert.equal((await errorOf(huge)).error_code, "request_body_too_large");
  assert.match((await errorOf(await post("{"))).error_message, /valid JSON/);
  assert.match((await errorOf(await post("[]"))).error_message, /JSON object/);
  assert.match((await errorOf(await post("a", "text/plain"))).error_message, /application\/json/);
  const long = await fetch(`${at.gatewayURL}/take?url=${"x".repeat(40_000)}`);
  assert.match(
    ((await long.json()) as { error_message: string }).error_message,
    /at most 32768 bytes/,
  );
  assert.match(
    await rawAnswer("nonsense\r\n\r\n"),
    /"error_message":"The request is not valid: it is no HTTP/,
  );
});

test("the OpenAPI document names every option that the gateway takes", async () => {
  const document = (await (await fetch(`${at.gatewayURL}/v1/openapi.json`)).json()) as {
    paths: { "/take": { get: { parameters: { name: string }[] } } };
  };
  const names = document.paths["/take"].get.parameters.map(({ name }) => name);
  for (const { http } of captureOptions)
    assert.ok(http === undefined || http.endpoint === "animate" || names.includes(http.name));
});

function rawAnswer(bytes: string): Promise<string> {
  const { hostname, port } = new URL(at.gatewayURL);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", reject);
    socket.on("end", () => resolve(answer));
  });
}
