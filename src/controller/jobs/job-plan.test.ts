import assert from "node:assert/strict";
import { test } from "node:test";
import { aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import { planJob } from "./job-plan.ts";
import type { ObservedJob } from "./job-plan.ts";

const now = createdMilliseconds + 1_000;

function observed(changes: Partial<ObservedJob> = {}): ObservedJob {
  return {
    phase: "Idle",
    backoffUntilMilliseconds: 0,
    pickedUp: false,
    isDispatchKnown: true,
    pool: "Usable",
    poolProblem: undefined,
    workerProblem: undefined,
    storeIsAway: false,
    isUnsendable: false,
    isCounted: true,
    ...changes,
  };
}
const pending = observed({ phase: "Pending" });
const dispatched = observed({ phase: "Dispatched" });
const pickedUp = observed({ phase: "Dispatched", pickedUp: true });

test("a new job is queued without a status write", () => {
  const plan = planJob(aRecord(), observed(), now);
  assert.deepEqual(plan.actions, ["Enqueue"]);
  assert.equal(plan.progress, undefined);
  assert.equal(plan.requeueAtMilliseconds, createdMilliseconds + 10_000);
});

test("a job that no message can carry ends at once, with what to do", () => {
  const { ending } = planJob(aRecord(), observed({ isUnsendable: true }), now);
  assert.equal(ending?.reason, "JobTooLarge");
  assert.match(ending?.message ?? "", /PUT \/v1\/inputs/);
});

test("a job that waits or runs is left alone until something is due", () => {
  for (const seen of [pending, dispatched]) {
    const plan = planJob(aRecord(), seen, now);
    assert.deepEqual(plan.actions, []);
    assert.equal(plan.ending, undefined);
  }
});

test("Queued and Capturing are written after ten seconds, once each, and never urgently", () => {
  const late = createdMilliseconds + 10_000;
  const deadline = createdMilliseconds + 120_000;
  const queued = planJob(aRecord(), pending, late);
  assert.equal(queued.progress?.reason, "Queued");
  assert.equal(queued.progress?.urgent, false);
  assert.equal(planJob(aRecord({ reason: "Queued" }), pending, late).progress, undefined);
  const capturing = planJob(aRecord({ reason: "Queued" }), dispatched, late);
  assert.equal(capturing.progress?.reason, "Capturing");
  const current = planJob(aRecord({ reason: "Capturing" }), dispatched, late);
  assert.deepEqual(current, { actions: [], requeueAtMilliseconds: deadline });
});

test("cancel ends a job in every phase", () => {
  const record = aRecord({ cancel: true });
  assert.equal(planJob(record, observed(), now).ending?.reason, "Cancelled");
  assert.deepEqual(planJob(record, pending, now).actions, ["Withdraw"]);
  const plan = planJob(record, pickedUp, now);
  assert.deepEqual(plan.actions, ["CancelCapture"]);
  assert.equal(plan.ending?.succeeded, false);
  assert.equal(plan.ending?.attempts, 1);
});

test("attempts counts those that a worker started", () => {
  const record = aRecord({ cancel: true, attempts: 3 });
  assert.equal(planJob(record, observed(), now).ending?.attempts, 2);
  assert.equal(planJob(record, pickedUp, now).ending?.attempts, 3);
  assert.equal(planJob(aRecord({ cancel: true }), observed(), now).ending?.attempts, 0);
});

test("a job waits for a missing pool for a moment, then ends and names the pool", () => {
  const missing = observed({ pool: "Missing" });
  const grace = createdMilliseconds + 5_000;
  assert.deepEqual(planJob(aRecord(), missing, now), {
    actions: [],
    requeueAtMilliseconds: grace,
  });
  const { ending } = planJob(aRecord({ pool: "gpu" }), missing, grace);
  assert.equal(ending?.reason, "PoolNotFound");
  assert.match(ending?.message ?? "", /'gpu'.*`poolName`/);
});

test("a namespace that the pool does not accept ends the job at once", () => {
  const { ending } = planJob(aRecord(), observed({ pool: "NamespaceNotAllowed" }), now);
  assert.equal(ending?.reason, "NamespaceNotAllowed");
  assert.match(ending?.message ?? "", /'marketing'/);
});

test("a dispatched job is finished even if its pool is gone", () => {
  const seen = observed({ phase: "Dispatched", pool: "Missing" });
  assert.equal(planJob(aRecord(), seen, createdMilliseconds + 6_000).ending, undefined);
});

test("suspend removes a job from the queue and says so, once", () => {
  const record = aRecord({ suspend: true });
  const plan = planJob(record, pending, now);
  assert.deepEqual(plan.actions, ["Withdraw"]);
  assert.equal(plan.progress?.reason, "Suspended");
  assert.equal(plan.progress?.urgent, true);
  const again = planJob(aRecord({ suspend: true, reason: "Suspended" }), observed(), now);
  assert.deepEqual(again, { actions: [] });
});

test("suspend leaves a dispatched job alone", () => {
  const plan = planJob(aRecord({ suspend: true }), dispatched, now);
  assert.deepEqual(plan.actions, []);
  assert.equal(plan.progress, undefined);
});

test("no deadline runs while a job is suspended", () => {
  const record = aRecord({ suspend: true, reason: "Suspended", startDeadlineSeconds: 1 });
  assert.deepEqual(planJob(record, observed(), createdMilliseconds + 10 * 3_600_000), {
    actions: [],
  });
});

test("the deadlines of a resumed job start again", () => {
  const resumedAt = createdMilliseconds + 3_600_000;
  const suspended = aRecord({ reason: "Suspended" });
  const plan = planJob(suspended, observed(), resumedAt);
  assert.equal(plan.ending, undefined);
  assert.deepEqual(
    [plan.progress?.reason, plan.progress?.startTime, plan.progress?.urgent],
    ["Queued", "2026-11-24T13:00:00Z", true],
  );
  const resumed = aRecord({ reason: "Queued", startedMilliseconds: resumedAt });
  assert.deepEqual(planJob(resumed, observed(), resumedAt + 1_000), {
    actions: ["Enqueue"],
    requeueAtMilliseconds: resumedAt + 120_000,
  });
});

test("activeDeadlineSeconds ends a job in every phase and names the limit", () => {
  const record = aRecord({ activeDeadlineSeconds: 30 });
  const deadline = createdMilliseconds + 30_000;
  assert.equal(planJob(record, pickedUp, deadline - 1).ending, undefined);
  const plan = planJob(record, pickedUp, deadline);
  assert.equal(plan.ending?.reason, "DeadlineExceeded");
  assert.match(plan.ending?.message ?? "", /30 seconds \(`activeDeadlineSeconds`\)/);
  assert.deepEqual(plan.actions, ["CancelCapture"]);
});

test("startDeadlineSeconds ends a job that no worker picked up, dispatched or not", () => {
  const record = aRecord({ startDeadlineSeconds: 5 });
  const deadline = createdMilliseconds + 5_000;
  for (const seen of [observed(), pending, dispatched]) {
    assert.equal(planJob(record, seen, deadline - 1).requeueAtMilliseconds, deadline);
    assert.equal(planJob(record, seen, deadline).ending?.reason, "StartDeadlineExceeded");
  }
  assert.equal(planJob(record, pickedUp, deadline).ending, undefined);
  const second = aRecord({ startDeadlineSeconds: 5, attempts: 2 });
  assert.equal(planJob(second, observed(), deadline).ending, undefined);
  const unknown = observed({ isDispatchKnown: false });
  assert.equal(planJob(record, unknown, deadline).ending, undefined);
});

test("the deadline message names the reason of a pool that is not ready", () => {
  const record = aRecord({ startDeadlineSeconds: 5, activeDeadlineSeconds: 30 });
  const away = { poolProblem: "EgressUnreachable" };
  const unstarted = planJob(record, observed(away), createdMilliseconds + 5_000).ending;
  const late = planJob(record, { ...pickedUp, ...away }, createdMilliseconds + 30_000).ending;
  for (const ending of [unstarted, late])
    assert.match(
      ending?.message ?? "",
      /; its pool 'default' was not ready at that time \(EgressUnreach/,
    );
  assert.deepEqual(
    [unstarted?.reason, late?.reason],
    ["StartDeadlineExceeded", "DeadlineExceeded"],
  );
});

test("the deadline message prefers the problem of the worker that holds the job", () => {
  const record = aRecord({ activeDeadlineSeconds: 30 });
  const seen = { ...pickedUp, poolProblem: "PodsStarting", workerProblem: "EgressUnreachable" };
  const { ending } = planJob(record, seen, createdMilliseconds + 30_000);
  assert.match(
    ending?.message ?? "",
    /; the worker that held it was not ready at that time \(EgressUn/,
  );
});

test("a queued job says why its pool is not ready", () => {
  const messageWith = (poolProblem: string | undefined) =>
    planJob(aRecord(), { ...pending, poolProblem }, createdMilliseconds + 10_000).progress?.message;
  assert.equal(
    messageWith(undefined),
    "The job waits in the class Interactive for a free browser slot of the pool 'default'",
  );
  assert.match(messageWith("Unschedulable") ?? "", /'default', which was not ready at .*\(Unsch/);
});

test("the next attempt waits for the end of the pause, or for a deadline before it", () => {
  const backoff = (until: number) =>
    observed({ phase: "Idle", backoffUntilMilliseconds: until, pickedUp: true });
  const record = aRecord({ attempts: 2, reason: "BackingOff" });
  const until = now + 4_000;
  assert.deepEqual(planJob(record, backoff(until), now), {
    actions: [],
    requeueAtMilliseconds: until,
  });
  assert.deepEqual(planJob(record, backoff(until), until).actions, ["Enqueue"]);
  const far = planJob(record, backoff(now + 10 * 60_000), now);
  assert.equal(far.requeueAtMilliseconds, createdMilliseconds + 120_000);
});

test("a job that is being deleted is cancelled and otherwise left alone", () => {
  assert.deepEqual(planJob(aRecord({ deleting: true }), pending, now), { actions: ["Withdraw"] });
  assert.deepEqual(planJob(aRecord({ deleting: true }), pickedUp, now), {
    actions: ["CancelCapture"],
  });
});

test("a deadline after failed attempts tells the last failure, and that the time is over", () => {
  const late = createdMilliseconds + 120_000;
  const lastFailure = { reason: "StorageUnavailable", message: "The store is away" } as const;
  const { ending } = planJob(aRecord({ attempts: 2, lastFailure }), observed(), late);
  assert.equal(ending?.reason, "StorageUnavailable");
  assert.match(ending?.message ?? "", /^The store is away\. The job did not finish within 120 s/);
});

test("a deadline while the object store is away says so", () => {
  const record = aRecord({ activeDeadlineSeconds: 30 });
  const deadline = createdMilliseconds + 30_000;
  const away = observed({ phase: "Pending", storeIsAway: true });
  const { ending } = planJob(record, away, deadline);
  assert.equal(ending?.reason, "StorageUnavailable");
  assert.match(ending?.message ?? "", /30 seconds.*the object store did not answer at that time$/);
  const stuck = observed({ phase: "Dispatched", workerProblem: "StoreUnavailable" });
  assert.equal(planJob(record, stuck, deadline).ending?.reason, "StorageUnavailable");
});
