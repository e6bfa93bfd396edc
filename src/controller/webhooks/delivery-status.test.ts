import assert from "node:assert/strict";
import { test } from "node:test";
import type { Condition } from "../../api/kinds/resource-types.ts";
import { aJob } from "../../../test/support/job-records.ts";
import { notifiedConditions } from "./delivery-status.ts";

const now = Date.UTC(2026, 10, 24, 13);
const rest = { observedGeneration: 1, lastTransitionTime: "2026-11-24T12:00:09Z" };
const ended: Condition = {
  ...{ type: "Succeeded", status: "True", reason: "Captured", message: "A picture" },
  ...rest,
};
const pending: Condition = {
  ...{ type: "Notified", status: "Unknown", reason: "DeliveryPending", message: "Not yet" },
  ...rest,
};

test("the outcome replaces the pending condition and leaves the other as it is", () => {
  const job = aJob({}, { conditions: [ended, pending] });
  const outcome = { delivery: "ReceiverGone", message: "It answered 410" } as const;
  assert.deepEqual(notifiedConditions(job, outcome, now), [
    ended,
    {
      ...{ type: "Notified", status: "False", reason: "ReceiverGone", message: "It answered 410" },
      ...{ observedGeneration: 1, lastTransitionTime: "2026-11-24T13:00:00Z" },
    },
  ]);
  const delivered = notifiedConditions(job, { delivery: "Delivered", message: "" }, now);
  assert.equal(delivered?.[1]?.status, "True");
});

test("a final or absent outcome stays", () => {
  const outcome = { delivery: "Delivered", message: "" } as const;
  const final = { ...pending, status: "False", reason: "ReceiverGone" } as const;
  assert.equal(
    notifiedConditions(aJob({}, { conditions: [ended, final] }), outcome, now),
    undefined,
  );
  assert.equal(notifiedConditions(aJob({}, { conditions: [ended] }), outcome, now), undefined);
  assert.equal(notifiedConditions(aJob(), outcome, now), undefined);
});
