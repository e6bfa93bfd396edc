import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaptureOutcome } from "../../api/messages/capture-result.ts";
import type { ScreenshotJob, ScreenshotJobStatus } from "../../api/kinds/resource-types.ts";
import { aJob, createdMilliseconds } from "../../../test/support/job-records.ts";
import { planJob } from "./job-plan.ts";
import type { DispatchPhase } from "./dispatch-phase.ts";
import { currentAttempt, projectJob } from "./job-record.ts";
import { finishedStatus, progressStatus } from "./job-status.ts";
import type { JobStatusPatch } from "./job-status.ts";
import { planResult } from "./result-plan.ts";

/**
 * One job, and everything that may happen to it in any order: time passes, workers succeed, fail, return or die, results
 * come late, twice or never, requests are lost, leaders change and forget all but what is in status, people suspend and
 * cancel. What must hold is checked after every step.
 */
class Life {
  job: ScreenshotJob;
  now = createdMilliseconds;
  phase: DispatchPhase = "Idle";
  backoffUntilMilliseconds = 0;
  pickedUp = false;
  resultsOnTheWay: { attempt: number; outcome: CaptureOutcome }[] = [];
  readonly outcomes = new Set<string>();
  attemptsPublished = new Set<number>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    this.job = aJob({
      backoffLimit: Math.floor(random() * 4),
      activeDeadlineSeconds: 60 + Math.floor(random() * 60),
      ...(random() < 0.3 && { startDeadlineSeconds: 20 }),
      ...(random() < 0.3 && { suspend: true }),
    });
  }

  get isFinished(): boolean {
    return this.outcomes.size > 0;
  }

  /** As the leader does on every reconcile. */
  look(): void {
    const record = projectJob(this.job);
    const observed = {
      phase: this.phase,
      backoffUntilMilliseconds: this.backoffUntilMilliseconds,
      pickedUp: this.pickedUp,
      isDispatchKnown: true,
      pool: "Usable",
      poolProblem: undefined,
      workerProblem: undefined,
      storeIsAway: false,
      isUnsendable: false,
      isCounted: true,
    } as const;
    const plan = planJob(record, observed, this.now);
    if (plan.actions.includes("Enqueue")) this.phase = "Pending";
    if (plan.actions.includes("Withdraw")) this.phase = "Idle";
    if (plan.ending !== undefined) this.#write(finishedStatus(record, plan.ending, this.now));
    else if (plan.progress !== undefined) {
      const { urgent: _urgent, ...progress } = plan.progress;
      this.#write(progressStatus(record, progress, this.now));
    }
    if (plan.requeueAtMilliseconds !== undefined && !this.isFinished)
      assert.ok(plan.requeueAtMilliseconds > this.now, "it would look without end");
  }

  publish(): void {
    if (this.phase !== "Pending") return;
    const record = projectJob(this.job);
    if (record.suspend || record.cancel) return;
    const attempt = currentAttempt(record);
    assert.ok(attempt === 1 || record.attempts === attempt, "published before it was in status");
    assert.ok(attempt <= record.backoffLimit + 1, "more attempts than backoffLimit allows");
    this.attemptsPublished.add(attempt);
    this.phase = "Dispatched";
  }

  /** A worker of any attempt that was ever published, perhaps one that everybody took for dead. */
  work(): void {
    const attempts = [...this.attemptsPublished];
    const attempt = attempts[Math.floor(this.#random() * attempts.length)];
    if (attempt === undefined) return;
    this.pickedUp = true;
    this.resultsOnTheWay.push({ attempt, outcome: this.#anyOutcome() });
  }

  receive(): void {
    const index = Math.floor(this.#random() * this.resultsOnTheWay.length);
    const result = this.resultsOnTheWay[index];
    if (result === undefined) return;
    if (this.#random() < 0.7) this.resultsOnTheWay.splice(index, 1);
    const record = projectJob(this.job);
    const plan = planResult(record, result, { now: this.now, jitter: this.#random() });
    if (plan.kind === "Finish") this.#write(finishedStatus(record, plan.ending, this.now));
    if (plan.kind === "DispatchAgain") this.phase = "Idle";
    if (plan.kind !== "Retry") return;
    this.#write(progressStatus(record, plan.progress, this.now));
    this.phase = "Idle";
    this.backoffUntilMilliseconds = plan.backoffUntilMilliseconds;
  }

  lose(): void {
    if (this.phase === "Dispatched") this.phase = "Idle";
  }

  changeLeader(): void {
    this.phase = "Idle";
    this.pickedUp = false;
  }

  suspend(value: boolean): void {
    if (!this.isFinished) this.job = { ...this.job, spec: { ...this.job.spec, suspend: value } };
  }

  cancel(): void {
    if (!this.isFinished) this.job = { ...this.job, spec: { ...this.job.spec, cancel: true } };
  }

  #anyOutcome(): CaptureOutcome {
    const choice = this.#random();
    if (choice < 0.25) return { kind: "Returned" };
    if (choice < 0.6) return { kind: "Failed", reason: "BrowserFailed", message: "It crashed" };
    if (choice < 0.75) return { kind: "Failed", reason: "SelectorNotFound", message: "No #a" };
    const artifact = { bucket: "b", key: "k", digest: "d", sizeBytes: 1, mediaType: "image/png" };
    return { kind: "Captured", artifact, timingsMilliseconds: {}, warnings: [] };
  }

  /** As the API server does; it also refuses what its rule refuses. */
  #write(patch: JobStatusPatch): void {
    assert.equal(this.isFinished, false, "status was written after the end");
    const { startTime, ...rest } = patch;
    const { startTime: previous, ...kept } = this.job.status ?? {};
    const nextStart = startTime === undefined ? previous : (startTime ?? undefined);
    const status: ScreenshotJobStatus = {
      ...kept,
      ...rest,
      ...(nextStart !== undefined && { startTime: nextStart }),
    };
    this.job = { ...this.job, status };
    const succeeded = status.conditions?.find(({ type }) => type === "Succeeded");
    if (succeeded !== undefined && succeeded.status !== "Unknown")
      this.outcomes.add(`${succeeded.status} ${succeeded.reason}`);
  }
}

/** Mulberry32: small, and the same on every machine, so that a failing seed can be run again. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function liveThrough(seed: number): Life {
  const random = seededRandom(seed);
  const life = new Life(random);
  const steps: (() => void)[] = [
    () => life.look(),
    () => life.look(),
    () => life.publish(),
    () => life.publish(),
    () => life.work(),
    () => life.receive(),
    () => (life.now += Math.floor(random() * 8_000)),
    () => random() < 0.3 && life.lose(),
    () => random() < 0.2 && life.changeLeader(),
    () => random() < 0.2 && life.suspend(random() < 0.5),
    () => random() < 0.05 && life.cancel(),
  ];
  for (let step = 0; step < 150; step += 1) steps[Math.floor(random() * steps.length)]?.();
  return life;
}

test("in any order of events, a job ends once and not after its deadline", () => {
  const reasons = new Set<string>();
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const life = liveThrough(seed);
    life.suspend(false);
    life.look();
    life.now += 121_000;
    life.look();
    life.look();
    assert.equal(life.outcomes.size, 1, `seed ${seed}: ${[...life.outcomes].join(", ")}`);
    life.receive();
    life.look();
    assert.equal(life.outcomes.size, 1, `seed ${seed}`);
    for (const outcome of life.outcomes) reasons.add(outcome);
  }
  // The walk reaches every kind of end, so that the assertions above have something to hold for.
  assert.deepEqual([...reasons].toSorted(), [
    "False BrowserFailed",
    "False Cancelled",
    "False DeadlineExceeded",
    "False SelectorNotFound",
    "False StartDeadlineExceeded",
    "True Captured",
  ]);
});
