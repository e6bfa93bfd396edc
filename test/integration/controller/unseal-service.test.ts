import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Failure } from "../../../src/api/reasons/failure.ts";
import type { CaptureRequest } from "../../../src/api/messages/capture-request.ts";
import type { PlaintextAnswer } from "../../../src/api/messages/secret-messages.ts";
import type { PageSecrets } from "../../../src/api/messages/page-secrets.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import { sendRequest } from "../../../src/platform/nats/request-reply.ts";
import { createReplyBox } from "../../../src/platform/sealing/reply-box.ts";
import { Sealer } from "../../../src/platform/sealing/sealed-fields.ts";
import { attemptIdentityOf } from "../../../src/worker/attempt-identity.ts";
import type { StubWorker } from "../../support/installation/stub-worker.ts";
import { tenant, Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";

/** Who gets the secrets of a job from a controller, and who does not. */

const secrets: PageSecrets = { cookies: [{ name: "a", value: "geheim" }] };
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

async function askFor(
  request: CaptureRequest,
  change: Record<string, unknown> = {},
): Promise<PageSecrets | string> {
  const box = await createReplyBox();
  const question = { ...attemptIdentityOf(request), replyKey: box.publicKey, ...change };
  const options = { timeoutMilliseconds: 30_000 };
  const answer = await sendRequest(worker.nats, subjects.ask.plaintext, question, options);
  const { kind, ...sealed } = answer as PlaintextAnswer;
  if (kind === "Finished") return kind;
  const text = JSON.stringify(answer);
  assert.doesNotMatch(text, /geheim/, "the answer is sealed on its way");
  const opened = await box.open(sealed as Parameters<typeof box.open>[0], request.job.uid);
  return JSON.parse(Buffer.from(opened).toString()) as PageSecrets;
}

/** Runs a job and asks while its attempt is the present one; the job ends afterwards. */
async function duringAttempt<Result>(
  name: string,
  spec: object,
  work: (request: CaptureRequest) => Promise<Result>,
): Promise<{ request: CaptureRequest; result: Result }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    request: CaptureRequest;
    result: Result;
  }>();
  worker.behave = async (request) => {
    await work(request).then((result) => resolve({ request, result }), reject);
    return { kind: "Failed", reason: "SelectorNotFound", message: "That is all" };
  };
  await world.createJob(name, spec);
  const found = await promise;
  await world.untilFinished(name);
  return found;
}

async function sealedFor(name: string) {
  const sealer = await Sealer.create(world.sealing.publicKeyPEM);
  const spec = { url: "https://example.com/" };
  return { ...spec, sealed: await sealer.seal({ namespace: tenant, name, spec }, secrets) };
}

test("only the worker of the current attempt gets the secrets, until the job ends", async () => {
  const { request, result } = await duringAttempt("sealed", await sealedFor("sealed"), askFor);
  assert.deepEqual(result, secrets);
  assert.equal(request.hasSealedFields, true);
  assert.doesNotMatch(JSON.stringify(request), /ciphertext/);
  assert.equal(await askFor(request), "Finished");
  assert.equal(await controller.metric('stills_plaintext_questions_total{answer="Sealed"}'), 1);
});

test("a request without the attempt token gets nothing", async () => {
  const refused = (thrown: Failure): boolean => thrown.reason === "RequestMalformed";
  const { result } = await duringAttempt("token", await sealedFor("token"), async (request) => {
    await assert.rejects(askFor(request, { attemptToken: "guessed" }), refused);
    await assert.rejects(askFor(request, { attempt: 2 }), refused);
    await assert.rejects(askFor(request, { replyKey: "short" }), refused);
    return await askFor(request);
  });
  assert.deepEqual(result, secrets);
});

test("sealed fields of another job are not unsealed, and the reason says so", async () => {
  const { result } = await duringAttempt("copied", await sealedFor("original"), (request) =>
    askFor(request).catch((thrown: Failure) => thrown),
  );
  assert.equal((result as Failure).reason, "SealInvalid");
});

test("a job without secrets says so in its request", async () => {
  const spec = { url: "https://example.com/" };
  const { request } = await duringAttempt("plain", spec, async () => undefined);
  assert.equal(request.hasSealedFields, undefined);
});
