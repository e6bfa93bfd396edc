import assert from "node:assert/strict";
import { test } from "node:test";
import { jobPriorities } from "../../api/kinds/job-priority.ts";
import { priorityOf } from "./priority-policy.ts";

test("without a gateway's proof a job is Interactive or, if it asks for that, Batch", () => {
  for (const asked of [undefined, ...jobPriorities])
    for (const hasReply of [false, true])
      assert.equal(
        priorityOf({ asked, isProven: false, hasReply }),
        asked === "Batch" ? "Batch" : "Interactive",
      );
});

test("what a gateway waits for has the class that the gateway says", () => {
  for (const asked of jobPriorities)
    assert.equal(priorityOf({ asked, isProven: true, hasReply: true }), asked);
});

test("what no gateway waits for is Batch, such as the retry of a synchronous call", () => {
  for (const asked of [undefined, ...jobPriorities])
    assert.equal(priorityOf({ asked, isProven: true, hasReply: false }), "Batch");
});

test("a job of a gateway that did not know the field is judged by whether it waits", () => {
  assert.equal(priorityOf({ asked: undefined, isProven: true, hasReply: true }), "Synchronous");
});
