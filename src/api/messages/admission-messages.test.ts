import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAdmissionAnswer, parseAdmissionQuestion } from "./admission-messages.ts";

const question = { account: "shop", job: { namespace: "marketing", name: "pricing" } };
const malformed = { reason: "RequestMalformed" };

test("each limit of a question is a whole number, or is not there", () => {
  for (const limit of ["requestsPerMinute", "requestsPerMonth", "concurrentJobs"]) {
    const asked = { ...question, limits: { [limit]: 3 } };
    assert.deepEqual(parseAdmissionQuestion(asked), asked);
    for (const value of ["3", 0.5, null])
      assert.throws(
        () => parseAdmissionQuestion({ ...question, limits: { [limit]: value } }),
        malformed,
      );
  }
  assert.deepEqual(parseAdmissionQuestion({ ...question, limits: {} }).limits, {});
});

test("a refusal for a time says for how long", () => {
  for (const limit of ["RequestsPerMinute", "RequestsPerMonth"]) {
    const refused = { kind: "Refused", limit, retryAfterSeconds: 7 };
    assert.deepEqual(parseAdmissionAnswer(refused), refused);
    assert.throws(() => parseAdmissionAnswer({ kind: "Refused", limit }), malformed);
  }
  assert.throws(() => parseAdmissionAnswer({ kind: "Refused", limit: "Weekly" }), malformed);
});
