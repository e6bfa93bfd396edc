import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import type { Artifact } from "../../../src/api/kinds/resource-types.ts";
import type { CaptureOutcome } from "../../../src/api/messages/capture-result.ts";
import type { CaptureRequest } from "../../../src/api/messages/capture-request.ts";
import type { UploadAnswer, UploadQuestion } from "../../../src/api/messages/upload-messages.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import { sendRequest } from "../../../src/platform/nats/request-reply.ts";
import { Installation, succeeded } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import type { StubWorker } from "../../support/installation/stub-worker.ts";

/** Two captures of one attempt: two workers had its request, one after the other. */

const first = Buffer.from("the picture of one worker");
const second = Buffer.from("the picture of another one");

let world: Installation;
let controller: RunningController;
let worker: StubWorker;

before(async () => {
  world = await Installation.start();
  controller = world.startController();
  worker = await world.startWorker();
});

after(async () => {
  await worker?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function ask(
  { job, attempt, attemptToken }: CaptureRequest,
  bytes: Buffer,
  more: Partial<UploadQuestion> = {},
): Promise<UploadAnswer> {
  const question: UploadQuestion = {
    ...{ job, attempt, attemptToken, sizeBytes: bytes.length, sha256: sha256Of(bytes) },
    ...{ mediaType: "image/png", writesOnce: true, ...more },
  };
  return (await sendRequest(worker.nats, subjects.ask.upload, question, {
    timeoutMilliseconds: 60_000,
  })) as UploadAnswer;
}

async function put(answer: UploadAnswer, body: Buffer): Promise<{ key: string; status: number }> {
  assert.equal(answer.kind, "Ticket");
  const { url, method, headers, key } = answer as Extract<UploadAnswer, { kind: "Ticket" }>;
  const { status } = await fetch(url, { method, headers, body });
  return { key, status };
}

function captured(key: string, bytes: Buffer): CaptureOutcome {
  const artifact: Artifact = {
    ...{ bucket: world.objects.bucket, key, digest: `sha256:${sha256Of(bytes)}` },
    ...{ sizeBytes: bytes.length, mediaType: "image/png" },
  };
  return { kind: "Captured", artifact, timingsMilliseconds: {}, warnings: [] };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("the status names the bytes of its own capture, whichever came first", async () => {
  const seen: unknown[] = [];
  worker.behave = async (request) => {
    const earlier = await put(await ask(request, first), first);
    const taken = await put(await ask(request, second), second);
    const own = await ask(request, first, { takenKey: earlier.key });
    const beside = await put(await ask(request, second, { takenKey: earlier.key }), second);
    seen.push(earlier.status, taken.status, taken.key === earlier.key, own.kind, beside.status);
    return captured(beside.key, second);
  };
  await world.createJob("twice");

  const job = await world.untilFinished("twice");

  assert.deepEqual(seen, [200, 412, true, "Stored", 200]);
  assert.equal(succeeded(job)?.reason, "Captured");
  const { key = "", digest } = job.status?.artifact ?? {};
  assert.equal(digest, `sha256:${sha256Of(second)}`);
  assert.deepEqual((await world.store.get(key))?.bytes, second);
});

test("an upload ticket asks about objects of its own attempt only", async () => {
  const answers: string[] = [];
  worker.behave = async (request) => {
    const { key } = await put(await ask(request, first), first);
    const foreign = key.replace(request.job.uid, "00000000-0000-0000-0000-000000000000");
    const refused = ask(request, first, { takenKey: foreign });
    answers.push(await refused.then(JSON.stringify, (thrown: Error) => thrown.message));
    return captured(key, first);
  };
  await world.createJob("foreign");
  await world.untilFinished("foreign");
  assert.deepEqual(answers, ["The upload request names an object of another attempt"]);
});

test("a copy is not made of an object that has other bytes than its worker says", async () => {
  worker.behave = async (request) =>
    captured((await put(await ask(request, first), first)).key, second);
  await world.createJob("liar", { storage: { path: "liar" } });

  const job = await world.untilFinished("liar");

  assert.equal(succeeded(job)?.reason, "StorageInvalid");
  assert.equal(job.status?.artifact, undefined);
});
