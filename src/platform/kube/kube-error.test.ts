import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isAlreadyExists,
  isConflict,
  isExpired,
  isInvalid,
  isNotFound,
  isTransient,
  kubeErrorOfResponse,
  kubeErrorOfStatus,
} from "./kube-error.ts";

function failure(status: number, reason: string) {
  return kubeErrorOfResponse(status, {}, JSON.stringify({ kind: "Status", code: status, reason }));
}

test("a 409 is a conflict or an existing object, never both", () => {
  assert.equal(isConflict(failure(409, "Conflict")), true);
  assert.equal(isAlreadyExists(failure(409, "Conflict")), false);
  assert.equal(isConflict(failure(409, "AlreadyExists")), false);
  assert.equal(isAlreadyExists(failure(409, "AlreadyExists")), true);
});

test("what the server refuses for good is not transient", () => {
  for (const status of [400, 403, 404, 409, 410, 422])
    assert.equal(isTransient(failure(status, "")), false, String(status));
  for (const status of [429, 500, 502, 503, 504])
    assert.equal(isTransient(failure(status, "")), true, String(status));
  assert.equal(isInvalid(failure(422, "Invalid")), true);
  assert.equal(isNotFound(failure(404, "NotFound")), true);
});

test("errors of others are none of ours", () => {
  const foreign = Object.assign(new Error("no"), { status: 404, reason: "AlreadyExists" });
  for (const is of [isNotFound, isConflict, isAlreadyExists, isTransient, isExpired])
    assert.equal(is(foreign), false);
});

test("an ERROR event with code 410 means that the position is too old", () => {
  const error = kubeErrorOfStatus({ kind: "Status", code: 410, reason: "Expired", message: "old" });
  assert.equal(isExpired(error), true);
  assert.equal(error.message, "old");
});

test("an answer that is no Status keeps its beginning and Retry-After", () => {
  const error = kubeErrorOfResponse(503, { "retry-after": "7" }, "<html>busy</html>");
  assert.equal(error.retryAfterSeconds, 7);
  assert.equal(error.reason, "ServiceUnavailable");
  assert.match(error.message, /busy/);
});

test("a Retry-After that is no number of seconds is ignored", () => {
  const error = kubeErrorOfResponse(503, { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, "");
  assert.equal(error.retryAfterSeconds, undefined);
});

test("a refusal keeps what the server says about each field", () => {
  const causes = [
    { reason: "FieldValueInvalid", field: "spec.url", message: "Invalid value: must be short" },
    { reason: "FieldValueForbidden", message: "may not change" },
  ];
  const body = JSON.stringify({
    kind: "Status",
    code: 422,
    reason: "Invalid",
    details: { causes },
  });
  assert.deepEqual(kubeErrorOfResponse(422, {}, body).causes, [
    { field: "spec.url", message: "Invalid value: must be short" },
    { field: "", message: "may not change" },
  ]);
});
