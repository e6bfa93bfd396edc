import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { eventually } from "../support/eventually.ts";
import { assertColour, decodePicture, type DecodedPicture } from "../support/picture.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { colours, css } from "../support/site/colours.ts";

/** Content too large for a job: it lies in the object store, and jobs refer to it. */

const blue = css(colours.blue);
const filler = "x".repeat(1_000_000);
const largePage = `<!doctype html><!-- ${filler} --><body style="margin: 0; background: ${blue}">`;

let stills: StillsTenant;
let at: LocalCoordinates;

before(async () => {
  stills = await StillsTenant.create("inputs");
  at = await stills.coordinates();
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
});

interface Job {
  spec: Record<string, unknown>;
  status?: {
    location?: string;
    conditions?: { type: string; status: string; reason: string; message: string }[];
  };
}

async function take(options: Record<string, unknown>): Promise<Response> {
  return await fetch(`${at.gatewayURL}/take`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-access-key": at.accessKey },
    body: JSON.stringify({ format: "png", ...options }),
  });
}

async function pictureOf(options: Record<string, unknown>): Promise<DecodedPicture> {
  const response = await take(options);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, bytes.subarray(0, 500).toString());
  return await decodePicture(bytes);
}

async function put(content: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${at.gatewayURL}/v1/inputs`, {
    method: "PUT",
    headers: { authorization: `Bearer ${at.secretKey}`, "content-type": "text/html", ...headers },
    body: content,
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** Creates a job with kubectl and waits for its end. */
async function ended(name: string, spec: object, namespace = at.namespace): Promise<Job> {
  const metadata = { name, namespace };
  await stills.apply(
    JSON.stringify({ apiVersion: "stills.dev/v1alpha1", kind: "ScreenshotJob", metadata, spec }),
  );
  return await eventually(`${name} ends`, async () => {
    const job = JSON.parse(
      await stills.kubectl("get", "shot", name, "-n", namespace, "-o", "json"),
    ) as Job;
    const { status = "Unknown" } = conditionOf(job) ?? {};
    return status === "Unknown" ? undefined : job;
  });
}

function conditionOf(job: Job) {
  return job.status?.conditions?.find(({ type }) => type === "Succeeded");
}

async function storedPicture(job: Job): Promise<DecodedPicture> {
  const { reason, message = "no condition" } = conditionOf(job) ?? {};
  assert.equal(reason, "Captured", message);
  const response = await fetch(job.status?.location ?? "");
  const bytes: ArrayBuffer = await response.arrayBuffer();
  return await decodePicture(Buffer.from(bytes));
}

test("a document of a megabyte over HTTP makes a picture, and a small job", async () => {
  const picture = await pictureOf({ html: largePage, external_identifier: "large1" });
  assertColour(picture, { x: 30, y: 30 }, colours.blue);

  const jobs = JSON.parse(
    await stills.kubectl("get", "shots", "-n", at.namespace, "-o", "json"),
  ) as { items: Job[] };
  const [job] = jobs.items.filter(({ spec }) => spec["contentRef"] !== undefined);
  assert.ok(job, "no job refers to content");
  assert.equal(job.spec["html"], undefined);
  for (const one of jobs.items) assert.ok(JSON.stringify(one).length < 16_384);
});

test("large scripts and styles over HTTP run after the page has loaded", async () => {
  const picture = await pictureOf({
    html: "<body style='margin: 0'><p id=a>",
    scripts: `/* ${filler} */ document.querySelector("#a").style.height = "300px"`,
    styles: `/* ${filler} */ #a { background: ${blue}; margin: 0 }`,
  });
  assertColour(picture, { x: 30, y: 250 }, colours.blue);
});

test("what PUT /v1/inputs has stored can be named by a job of kubectl, whatever its type", async () => {
  const html = await put(largePage);
  const markdown = await put(
    `<div style="height: 400px; background: ${blue}"></div>\n\n${filler}`,
    { "content-type": "text/markdown" },
  );
  const style = await put(`/* ${filler} */ body { background: ${blue} }`);
  for (const { status, body } of [html, markdown, style]) {
    assert.equal(status, 201);
    assert.match(body["digest"] ?? "", /^sha256:[0-9a-f]{64}$/);
  }
  const specs = {
    html: { contentRef: { digest: html.body["digest"], mediaType: "text/html" } },
    markdown: { contentRef: { digest: markdown.body["digest"], mediaType: "text/markdown" } },
    style: { html: "<p>a", styleRef: { digest: style.body["digest"] } },
  };
  for (const [name, spec] of Object.entries(specs))
    assertColour(
      await storedPicture(await ended(`by-${name}`, spec)),
      { x: 640, y: 200 },
      colours.blue,
    );
});

test("content that is not there ends the job with a reason, and so does that of another namespace", async () => {
  const missing = await ended("missing", {
    contentRef: { digest: `sha256:${"0".repeat(64)}`, mediaType: "text/html" },
  });
  assert.equal(conditionOf(missing)?.reason, "ContentNotFound");
  assert.match(conditionOf(missing)?.message ?? "", /PUT \/v1\/inputs/);

  const { body } = await put(`<p>only for ${at.namespace}`);
  await using other = await StillsTenant.create("inputs-other");
  const spec = { contentRef: { digest: body["digest"], mediaType: "text/html" } };
  const foreign = await ended("foreign", spec, (await other.coordinates()).namespace);
  assert.equal(conditionOf(foreign)?.reason, "ContentNotFound");
});

test("PUT /v1/inputs wants a key, content, and no more than a job may refer to", async () => {
  assert.equal((await put("<p>", { authorization: "Bearer wrong" })).status, 401);
  assert.equal((await put("")).status, 400);
  assert.equal((await put("a".repeat(5 * 1024 * 1024 + 1))).status, 413);
});
