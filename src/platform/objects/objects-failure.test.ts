import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOfAnswer, toObjectsFailure } from "./objects-failure.ts";

const attempted = { operation: "take the picture", bucket: "pictures" };

function answerOf(statusCode: number, code: string) {
  const text = code === "" ? "" : `<Error><Code>${code}</Code><Message>/secret</Message></Error>`;
  return { statusCode, text };
}

const answers = [
  { status: 403, code: "AccessDenied", reason: "StorageDenied" },
  { status: 403, code: "", reason: "StorageDenied" },
  { status: 401, code: "", reason: "StorageDenied" },
  { status: 403, code: "RequestTimeTooSkewed", reason: "StorageUnavailable" },
  { status: 400, code: "ExpiredToken", reason: "StorageDenied" },
  { status: 400, code: "BadDigest", reason: "StorageUnavailable" },
  { status: 400, code: "RequestTimeout", reason: "StorageUnavailable" },
  { status: 404, code: "NoSuchBucket", reason: "StorageInvalid" },
  { status: 301, code: "PermanentRedirect", reason: "StorageInvalid" },
  { status: 409, code: "OperationAborted", reason: "StorageUnavailable" },
  { status: 429, code: "", reason: "StorageUnavailable" },
  { status: 503, code: "SlowDown", reason: "StorageUnavailable" },
  { status: 500, code: "InternalError", reason: "StorageUnavailable" },
];

for (const { status, code, reason } of answers)
  test(`an answer ${status} ${code || "without a code"} is ${reason}`, () => {
    assert.equal(failureOfAnswer(answerOf(status, code), attempted)?.reason, reason);
  });

test("an error without an answer is StorageUnavailable, and its text stays in the cause", () => {
  const cause = new Error("connect ECONNREFUSED 10.0.0.7:9000");
  const failure = toObjectsFailure(cause, attempted);
  assert.equal(failure.reason, "StorageUnavailable");
  assert.doesNotMatch(failure.message, /10\.0\.0\.7/);
  assert.equal(failure.cause, cause);
});

test("the sentence names the operation, the status and the code, and nothing else of the answer", () => {
  const failure = failureOfAnswer(answerOf(400, "BadDigest"), attempted);
  assert.equal(
    failure?.message,
    "The object store could not take the picture: it answered 400 BadDigest",
  );
});

test("a missing bucket is named, with or without the client", () => {
  const thrown = Object.assign(new Error("?"), { name: "NoSuchBucket" });
  for (const failure of [
    failureOfAnswer(answerOf(404, "NoSuchBucket"), attempted),
    toObjectsFailure(thrown, attempted),
  ])
    assert.match(failure?.message ?? "", /^The bucket 'pictures' does not exist/);
});

test("a success is no failure", () => {
  assert.equal(failureOfAnswer({ statusCode: 204, text: "" }, attempted), undefined);
});

test("a failure is not wrapped again", () => {
  const failure = failureOfAnswer(answerOf(503, ""), attempted);
  assert.equal(toObjectsFailure(failure, attempted), failure);
});
