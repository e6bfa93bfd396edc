import { rfc3339 } from "../conditions.ts";
import {
  clockStartMilliseconds,
  currentAttempt,
  deadlineMilliseconds,
  isFinished,
} from "./job-record.ts";
import type { AttemptFailure, JobRecord } from "./job-record.ts";
import { overdueFailure } from "./overdue-policy.ts";
import type { PoolAdmission } from "../pools/pool-admission.ts";
import { planExpiry } from "./expiry-plan.ts";
import type { DispatchPhase } from "./dispatch-phase.ts";
import type { JobAction, JobPlan } from "./job-actions.ts";

export interface ObservedJob {
  phase: DispatchPhase;
  /** While `phase` is Idle, the next attempt waits until then, for its backoff or for the job whose page it shares; 0 for no wait. Epoch milliseconds. */
  backoffUntilMilliseconds: number;
  /** A worker has picked the job up, in this attempt or an earlier one. */
  pickedUp: boolean;
  /** What an earlier leader dispatched is known; not before NATS was reached. */
  isDispatchKnown: boolean;
  pool: PoolAdmission;
  /** The reason of the pool's condition Ready while that is False; undefined otherwise. */
  poolProblem: string | undefined;
  /** Why the worker that holds the job is not ready; other workers of the pool may be. */
  workerProblem: string | undefined;
  /** The object store does not answer, so nothing is dispatched. */
  storeIsAway: boolean;
  /** The capture request is larger than a message may be. */
  isUnsendable: boolean;
  /** The status of the job's account counts it. */
  isCounted: boolean;
}

/** Most jobs end sooner; only for longer ones are Queued and Capturing worth a write to the API server. */
const progressAfterMilliseconds = 10_000;
/** A pool that is applied together with its first jobs may be created after them. */
const poolGraceMilliseconds = 5_000;

/** Applies the policies in order; the first that returns a plan decides. */
export function planJob(record: JobRecord, observed: ObservedJob, now: number): JobPlan {
  if (isFinished(record)) return planExpiry(record, observed, now);
  if (record.deleting) return { actions: withdrawal(observed) };
  return (
    planCancellation(record, observed) ??
    planAdmission(record, observed, now) ??
    planSuspension(record, observed, now) ??
    planDeadlines(record, observed, now) ??
    planCapture(record, observed, now)
  );
}

function planCancellation(record: JobRecord, observed: ObservedJob): JobPlan | undefined {
  if (!record.cancel) return undefined;
  return end(record, observed, { reason: "Cancelled", message: "The job was cancelled" });
}

function planAdmission(record: JobRecord, observed: ObservedJob, now: number): JobPlan | undefined {
  if (observed.isUnsendable)
    return end(record, observed, {
      reason: "JobTooLarge",
      message:
        "The job is larger than NATS accepts: put its content with `PUT /v1/inputs`, and have the job name its digest",
    });
  // A dispatched job goes on even if its pool was deleted.
  if (observed.phase === "Dispatched" || observed.pool === "Usable") return undefined;
  if (observed.pool === "NamespaceNotAllowed")
    return end(record, observed, {
      reason: "NamespaceNotAllowed",
      message: `The BrowserPool '${record.pool}' does not accept jobs of the namespace '${record.namespace}'; use another \`poolName\` or add it to \`allowedNamespaces\``,
    });
  const graceEnds = record.createdMilliseconds + poolGraceMilliseconds;
  if (now < graceEnds) return { actions: withdrawal(observed), requeueAtMilliseconds: graceEnds };
  return end(record, observed, {
    reason: "PoolNotFound",
    message: `The BrowserPool '${record.pool}' does not exist; create it or use another \`poolName\``,
  });
}

/** A dispatched attempt goes on: `suspend` only prevents that a further attempt begins. */
function planSuspension(
  record: JobRecord,
  observed: ObservedJob,
  now: number,
): JobPlan | undefined {
  const wasSuspended = record.reason === "Suspended";
  if (record.suspend) {
    if (observed.phase === "Dispatched") return undefined;
    const actions = withdrawal(observed);
    if (wasSuspended) return { actions };
    const message = "`suspend` is true; the job waits until it is set to false";
    return { actions, progress: { reason: "Suspended", message, startTime: null, urgent: true } };
  }
  if (!wasSuspended) return undefined;
  // The deadlines count from now on, as for a resumed core Job.
  const message = queuedMessage(record, observed);
  const progress = { reason: "Queued", message, startTime: rfc3339(now), urgent: true } as const;
  return { actions: [], progress };
}

function planDeadlines(record: JobRecord, observed: ObservedJob, now: number): JobPlan | undefined {
  if (now >= deadlineMilliseconds(record))
    return end(record, observed, overdueFailure(record, deadlineFailure(record, observed)));
  const startDeadline = startDeadlineOf(record, observed);
  if (startDeadline === undefined || now < startDeadline) return undefined;
  return end(record, observed, {
    reason: "StartDeadlineExceeded",
    message: `No worker started the job within ${record.startDeadlineSeconds} seconds (\`startDeadlineSeconds\`)${causeOfDelay(record, observed)}`,
  });
}

/** While the object store is away, that is what kept the job from its end, and the deadline only says when. */
function deadlineFailure(record: JobRecord, observed: ObservedJob): AttemptFailure {
  const expired = `The job did not finish within ${record.activeDeadlineSeconds} seconds (\`activeDeadlineSeconds\`)`;
  const isOfStore = observed.storeIsAway || observed.workerProblem === "StoreUnavailable";
  return {
    reason: isOfStore ? "StorageUnavailable" : "DeadlineExceeded",
    message: `${expired}${causeOfDelay(record, observed)}`,
  };
}

/** The deadline message says what expired; the cause comes from the object store, the worker or the pool. */
function causeOfDelay(
  record: JobRecord,
  { poolProblem, workerProblem, storeIsAway }: ObservedJob,
): string {
  if (storeIsAway) return "; the object store did not answer at that time";
  if (workerProblem !== undefined)
    return `; the worker that held it was not ready at that time (${workerProblem})`;
  if (poolProblem === undefined) return "";
  return `; its pool '${record.pool}' was not ready at that time (${poolProblem})`;
}

/** When the job ends unless a worker has started it, epoch milliseconds; undefined when nothing of the kind holds for it now. */
export function startDeadlineOf(
  record: JobRecord,
  { pickedUp, isDispatchKnown }: Pick<ObservedJob, "pickedUp" | "isDispatchKnown">,
): number | undefined {
  if (record.startDeadlineSeconds === undefined) return undefined;
  if (pickedUp || !isDispatchKnown || record.attempts > 1) return undefined;
  return clockStartMilliseconds(record) + record.startDeadlineSeconds * 1000;
}

function planCapture(record: JobRecord, observed: ObservedJob, now: number): JobPlan {
  const { phase } = observed;
  const deadline = earliest(deadlineMilliseconds(record), startDeadlineOf(record, observed));
  const backoffUntil = phase === "Idle" ? observed.backoffUntilMilliseconds : 0;
  if (now < backoffUntil)
    return { actions: [], requeueAtMilliseconds: earliest(backoffUntil, deadline) };

  const actions: JobAction[] = phase === "Idle" ? ["Enqueue"] : [];
  const reason = phase === "Dispatched" ? "Capturing" : "Queued";
  if (record.reason === reason) return { actions, requeueAtMilliseconds: deadline };
  const progressFrom = record.createdMilliseconds + progressAfterMilliseconds;
  if (now < progressFrom)
    return { actions, requeueAtMilliseconds: earliest(progressFrom, deadline) };
  const message = reason === "Queued" ? queuedMessage(record, observed) : capturingMessage(record);
  return {
    actions,
    progress: { reason, message, urgent: false },
    requeueAtMilliseconds: deadline,
  };
}

function end(record: JobRecord, observed: ObservedJob, failure: AttemptFailure): JobPlan {
  const isStarted = observed.phase === "Dispatched" && observed.pickedUp;
  const attempts = currentAttempt(record) - (isStarted ? 0 : 1);
  return { actions: withdrawal(observed), ending: { succeeded: false, attempts, ...failure } };
}

function withdrawal(observed: ObservedJob): JobAction[] {
  if (observed.phase === "Pending") return ["Withdraw"];
  return observed.phase === "Dispatched" ? ["CancelCapture"] : [];
}

/** The message is not written again when the pool becomes ready, so it says which time it is about. */
function queuedMessage(record: JobRecord, { poolProblem, storeIsAway }: ObservedJob): string {
  if (storeIsAway)
    return "The job waits for the object store, which did not answer at the time of writing";
  const waiting = `The job waits in the class ${record.priority} for a free browser slot of the pool '${record.pool}'`;
  if (poolProblem === undefined) return waiting;
  return `${waiting}, which was not ready at the time of writing (${poolProblem})`;
}

function capturingMessage(record: JobRecord): string {
  return `Attempt ${currentAttempt(record)} was dispatched to the workers of the pool '${record.pool}'`;
}

function earliest(time: number, other: number | undefined): number {
  return other === undefined ? time : Math.min(time, other);
}
