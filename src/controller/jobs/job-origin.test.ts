import assert from "node:assert/strict";
import { test } from "node:test";
import { aJob } from "../../../test/support/job-records.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { annotations, labels } from "../../api/settings/kubernetes-names.ts";
import { JobProofs } from "../../core/tokens/job-proof.ts";
import { originOf } from "./job-origin.ts";

const proofs = new JobProofs({ key: "k".repeat(32), requiredFromMilliseconds: 0 });
const account = "shop";
type Spec = Partial<ScreenshotJob["spec"]>;

/** As a gateway creates it. */
function gatewayJob(spec: Spec, reply: string | undefined): ScreenshotJob {
  const job = aJob(spec);
  const { namespace, name } = job.metadata;
  const proof = proofs.create({ namespace, name, account, reply, spec: job.spec });
  job.metadata.labels = { [labels.account]: account };
  job.metadata.annotations = {
    [annotations.proof]: proof,
    ...(reply !== undefined && { [annotations.reply]: reply }),
  };
  return job;
}

test("a synchronous call is what its gateway says, with or without the field", () => {
  for (const spec of [{ priority: "Synchronous" }, {}] satisfies Spec[])
    assert.deepEqual(originOf(gatewayJob(spec, "gateway.token"), proofs), {
      account,
      priority: "Synchronous",
    });
});

test("an asynchronous call and a retry wait as Batch", () => {
  for (const spec of [{ priority: "Batch" }, { priority: "Synchronous" }, {}] satisfies Spec[])
    assert.deepEqual(originOf(gatewayJob(spec, undefined), proofs), { account, priority: "Batch" });
});

test("a proof is good for the class that its spec had, and a claim without one for none", () => {
  const raised = gatewayJob({ priority: "Interactive" }, "gateway.token");
  raised.spec.priority = "Synchronous";
  assert.deepEqual(originOf(raised, proofs), { account, priority: "Interactive" });

  const copied = gatewayJob({ priority: "Synchronous" }, "gateway.token");
  copied.metadata.name = "another";
  assert.deepEqual(originOf(copied, proofs), { account: undefined, priority: "Interactive" });

  const answered = gatewayJob({ priority: "Synchronous" }, undefined);
  answered.metadata.annotations = { ...answered.metadata.annotations, [annotations.reply]: "g.t" };
  assert.deepEqual(originOf(answered, proofs), { account: undefined, priority: "Interactive" });

  const alone = originOf(aJob({ priority: "Synchronous" }), proofs);
  assert.deepEqual(alone, { account: undefined, priority: "Interactive" });
});
