import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { before, test } from "node:test";
import { assertSize, decodePicture } from "../support/picture.ts";
import { decodeVideo } from "../support/video.ts";
import { eventually } from "../support/eventually.ts";
import { account, takeURL } from "./support/account.ts";
import { fontPage } from "./support/font-page.ts";
import { allSucceed, applyJobs, assertGreen, storedPicture } from "./support/jobs.ts";
import { kubectl } from "./support/kubectl.ts";
import { ensureRelease } from "./support/release.ts";
import { callInside, seenAt, siteURL, stageNamespace } from "./support/stage.ts";

/** The three interfaces on a cluster: kubectl, HTTP through the Service, and webhooks. */

before(ensureRelease);

test("a job by kubectl: wait for it, look at it, read its picture", async () => {
  await applyJobs({ page: { url: await siteURL("/page"), extent: "FullPage" } });
  await kubectl(
    ...["wait", "shot/page", "-n", stageNamespace],
    ...["--for=condition=Succeeded", "--timeout=240s"],
  );
  const [job] = await allSucceed(["page"]);
  const picture = await storedPicture(job!);
  assertSize(picture, 1280, 1024);
  assertGreen(picture);
  const columns = (await kubectl("get", "shot", "page", "-n", stageNamespace)).split("\n");
  assert.match(columns[0]!, /^NAME +SUCCEEDED +REASON +ATTEMPTS +AGE/);
  assert.match(columns[1]!, /^page +True +Captured +1 /);
});

test("the worker's image has fonts for the scripts of the world and the widths of common ones", async () => {
  await applyJobs({ fonts: { html: fontPage } });
  const [job] = await allSucceed(["fonts"]);
  assertGreen(await storedPicture(job!));
});

test("/take through the Service answers with the picture", async () => {
  const options = { url: await siteURL("/page"), format: "png", viewport_width: "640" };
  const answer = await callInside("GET", await takeURL(options));
  assert.equal(answer.status, 200, answer.body.toString());
  assert.equal(answer.headers["content-type"], "image/png");
  const picture = await decodePicture(answer.body);
  assertSize(picture, 640, 1024);
  assertGreen(picture);

  const wrong = await callInside("GET", await takeURL({ ...options, access_key: "wrong" }));
  assert.equal(wrong.status, 400);
});

test("/animate answers with a film from the ffmpeg of the worker's image", async () => {
  const options = { url: await siteURL("/page"), duration: "1", width: "320", height: "256" };
  const url = (await takeURL(options)).replace("/take?", "/animate?");
  const answer = await callInside("GET", url);
  assert.equal(answer.status, 200, answer.body.toString("utf8", 0, 500));
  assert.equal(answer.headers["content-type"], "video/mp4");
  const { width, height, durationSeconds, frames } = await decodeVideo(answer.body);
  assert.deepEqual(
    { width, height, durationSeconds },
    { width: 320, height: 256, durationSeconds: 1 },
  );
  assert.equal(frames.length, 25);
  for (const frame of frames) assertGreen(frame);
});

test("a stored picture behind the link of the JSON answer", async () => {
  const url = await takeURL({
    ...{ url: await siteURL("/page"), format: "png", response_type: "json" },
    ...{ store: "true", storage_path: "cluster/one" },
  });
  const answer = await callInside("GET", url);
  assert.equal(answer.status, 200, answer.body.toString());
  const body = JSON.parse(answer.body.toString()) as { store: { key: string } };
  assert.match(body.store.key, /^stored\/.+\/cluster\/one\.png$/);
});

test("a webhook reaches its receiver, signed", async () => {
  const hook = await siteURL("/hook/one");
  const answer = await callInside(
    "GET",
    await takeURL({
      ...{ url: await siteURL("/page"), async: "true", webhook_url: hook },
      // The body of the other kind is the picture.
      response_type: "json",
    }),
  );
  assert.equal(answer.status, 201, answer.body.toString());
  const [delivery] = await eventually(
    "the webhook has come",
    async () => {
      const seen = await seenAt("/hook/one");
      return seen.length > 0 && seen;
    },
    { limitSeconds: 240, pauseMilliseconds: 1000 },
  );
  const { secretKey } = await account();
  const expected = createHmac("sha256", secretKey).update(delivery!.body).digest("hex");
  assert.equal(delivery!.headers["x-screenshotone-signature"], expected);
  assert.ok(delivery!.headers["webhook-id"] !== undefined);
  assert.match(delivery!.body, /screenshot_url/);
});
