import assert from "node:assert/strict";
import { test } from "node:test";
import { aJob } from "../../../test/support/job-records.ts";
import { takeErrorBody } from "./take-error.ts";
import { errorOfJob, errorOfLastAttempt } from "./take-result.ts";

const message = "127.0.0.2:8080 answered with HTTP status 503; set hostErrors to Ignore";

function errorBodyOf(status: object): Record<string, unknown> {
  const condition = {
    ...({ type: "Succeeded", status: "False", reason: "HostReturnedError", message } as const),
    ...{ observedGeneration: 1, lastTransitionTime: "2026-11-24T12:00:07Z" },
  };
  const error = errorOfJob(aJob({}, { conditions: [condition], ...status }));
  assert.ok(error);
  return takeErrorBody(error, "https://shots.example.com");
}

test("the status that the host returned is the one in the job's status, not a number in a sentence", () => {
  assert.equal(errorBodyOf({ returnedStatusCode: 503 })["returned_status_code"], 503);
});

test("a job that kept no status of the host tells none", () => {
  assert.ok(!("returned_status_code" in errorBodyOf({})));
});

test("the last attempt's failure is an error of its own", () => {
  const lastFailure = { reason: "StorageUnavailable", message: "The store is away" };
  const error = errorOfLastAttempt(aJob({}, { lastFailure }));
  assert.equal(error?.code, "storage_returned_transient_error");
  assert.equal(error?.message, "The store is away");
  assert.equal(errorOfLastAttempt(aJob()), undefined);
});
