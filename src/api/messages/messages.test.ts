import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseAdmissionAnswer, parseAdmissionQuestion } from "./admission-messages.ts";
import { parseCaptureRequest } from "./capture-request.ts";
import { parseCaptureResult } from "./capture-result.ts";
import { isDeliveryResult, parseDeliveryResult } from "./delivery-messages.ts";
import { parsePageSecrets } from "./page-secrets.ts";
import { parseUploadAnswer, parseUploadQuestion } from "./upload-messages.ts";
import { parseAnnouncement } from "./worker-announcement.ts";

const malformed = { reason: "RequestMalformed" };
const attempt = {
  job: { namespace: "marketing", name: "pricing", uid: "u" },
  attempt: 1,
  attemptToken: "t",
};
const admission = { account: "shop", job: { namespace: "marketing", name: "pricing" } };

suite("admission messages", () => {
  test("each limit of a question is a whole number, or is not there", () => {
    for (const limit of ["requestsPerMinute", "requestsPerMonth", "concurrentJobs"]) {
      const question = { ...admission, limits: { [limit]: 3 } };
      assert.deepEqual(parseAdmissionQuestion(question), question);
      for (const value of ["3", 0.5, null])
        assert.throws(
          () => parseAdmissionQuestion({ ...admission, limits: { [limit]: value } }),
          malformed,
        );
    }
    assert.deepEqual(parseAdmissionQuestion({ ...admission, limits: {} }).limits, {});
  });

  test("a refusal for a time says for how long", () => {
    for (const limit of ["RequestsPerMinute", "RequestsPerMonth"]) {
      const refused = { kind: "Refused", limit, retryAfterSeconds: 7 };
      assert.deepEqual(parseAdmissionAnswer(refused), refused);
      assert.throws(() => parseAdmissionAnswer({ kind: "Refused", limit }), malformed);
    }
    assert.throws(() => parseAdmissionAnswer({ kind: "Refused", limit: "Weekly" }), malformed);
  });
});

suite("capture messages", () => {
  const request = {
    ...attempt,
    version: 1,
    dispatch: 1,
    pool: "default",
    capture: { url: "https://example.com/", fromTheFuture: true },
    notAfterMilliseconds: 1,
    proxyTokens: { page: "p", store: "s" },
  };

  test("a request keeps options that this version does not know", () => {
    assert.deepEqual(parseCaptureRequest(request), request);
  });

  test("a request of another version is refused", () => {
    assert.throws(() => parseCaptureRequest({ ...request, version: 2 }), {
      message: "The capture request is not valid: version must be 1",
    });
  });

  test("a result keeps metadata unread, whatever a page made of it", () => {
    const artifact = { bucket: "b", key: "k", digest: "d", sizeBytes: 1, mediaType: "image/png" };
    const captured = { kind: "Captured", artifact, timingsMilliseconds: {}, warnings: [] };
    const result = { ...attempt, version: 1, worker: "w", pool: "default" };
    const read = parseCaptureResult({ ...result, outcome: { ...captured, metadata: 7 } });
    assert.deepEqual(read.outcome, { ...captured, metadata: 7 });
    assert.throws(
      () => parseCaptureResult({ ...result, outcome: { ...captured, artifact: {} } }),
      malformed,
    );
    assert.throws(
      () =>
        parseCaptureResult({ ...result, outcome: { kind: "Failed", reason: "?", message: "" } }),
      malformed,
    );
  });

  test("an announcement loses a reason that this version does not know", () => {
    const ready = { version: 1, worker: "w", pool: "default", state: "Ready", slots: 2 };
    const announcement = { ...ready, holding: [], sandbox: "On" };
    const known = { ...announcement, reason: "BrowserMissing" };
    assert.deepEqual(parseAnnouncement(known), known);
    assert.deepEqual(parseAnnouncement({ ...announcement, reason: "MoonTooBright" }), announcement);
  });
});

suite("upload messages", () => {
  const question = { ...attempt, sizeBytes: 1, sha256: "0".repeat(64), mediaType: "image/png" };

  test("a question has both edges or neither", () => {
    assert.deepEqual(parseUploadQuestion(question), question);
    assert.throws(() => parseUploadQuestion({ ...question, widthPixels: 1 }), malformed);
    const both = { ...question, widthPixels: 1, heightPixels: 1 };
    assert.deepEqual(parseUploadQuestion(both), both);
  });

  test("a refusal for a reason that this version does not know is an InternalError", () => {
    const refused = { kind: "Refused", reason: "MoonTooBright", message: "m" };
    assert.deepEqual(parseUploadAnswer(refused), { ...refused, reason: "InternalError" });
    const finished = { ...refused, reason: "JobFinished" };
    assert.deepEqual(parseUploadAnswer(finished), finished);
  });
});

test("a delivery result is told from a capture result, and needs a known outcome", () => {
  const result = { version: 1, job: attempt.job, deliveryToken: "t", message: "m" };
  assert.equal(isDeliveryResult({ ...result, delivery: "Delivered" }), true);
  assert.equal(isDeliveryResult({ ...result, outcome: {} }), false);
  assert.throws(() => parseDeliveryResult({ ...result, delivery: "Lost" }), malformed);
});

test("secrets that cannot be read are not shown", () => {
  assert.throws(() => parsePageSecrets({ headers: [{ name: "x", value: 42_424_242 }] }), {
    message: "The content of the sealed fields is not valid: headers[0].value must be a string",
  });
});
