/**
 * When a webhook is tried again. Pauses grow with the time since the first try, as the Standard Webhooks specification
 * recommends, with jitter so that deliveries of one burst do not come back as one burst. Time, not a count, decides: a try that a
 * crash cut off, or that waited for its turn, changes nothing.
 */

export type ReceiverAnswer =
  | { kind: "Status"; status: number; retryAfterSeconds?: number }
  /** No answer: connection refused, time-out, TLS error. */
  | { kind: "NoAnswer" };

export type NextStep =
  | { kind: "Delivered" }
  | { kind: "Gone" }
  | { kind: "TryAgain"; afterMilliseconds: number }
  | { kind: "GiveUp" };

export interface ScheduleState {
  /** Since the first try. */
  elapsedMilliseconds: number;
  horizonMilliseconds: number;
  /** From 0 to 1. */
  random: number;
}

/** Pauses in their order; each begins where the sum of those before it has passed. */
const pausesSeconds = [5, 30, 120, 600, 1800, 3600, 7200];
/** A refusal that says "this request is wrong" will not change by waiting; a while covers a deployment in progress. */
const refusedHorizonMilliseconds = 150_000;
const transientClientErrors = new Set([408, 409, 425, 429]);

/** What follows from the receiver's answer to one try. */
export function nextStep(answer: ReceiverAnswer, state: ScheduleState): NextStep {
  if (answer.kind === "Status") {
    if (answer.status >= 200 && answer.status <= 299) return { kind: "Delivered" };
    if (answer.status === 410) return { kind: "Gone" };
    if (isRefusal(answer.status) && state.elapsedMilliseconds >= refusedHorizonMilliseconds)
      return { kind: "GiveUp" };
  }
  const afterMilliseconds = pauseMilliseconds(answer, state);
  return state.elapsedMilliseconds + afterMilliseconds > state.horizonMilliseconds
    ? { kind: "GiveUp" }
    : { kind: "TryAgain", afterMilliseconds };
}

/** Redirects count as refusals: they are never followed. */
function isRefusal(status: number): boolean {
  return status >= 300 && status <= 499 && !transientClientErrors.has(status);
}

function pauseMilliseconds(answer: ReceiverAnswer, state: ScheduleState): number {
  const base = basePauseSeconds(state.elapsedMilliseconds / 1000);
  const jittered = base * 1000 * (0.8 + 0.4 * state.random);
  const asked = answer.kind === "Status" ? (answer.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.round(Math.max(jittered, asked));
}

/** With jitter a pause may end up to a fifth early, which must not make the same step come twice. */
function basePauseSeconds(elapsedSeconds: number): number {
  let begin = 0;
  let step = 0;
  for (const pause of pausesSeconds) {
    if (elapsedSeconds < begin + 0.75 * pause) break;
    begin += 0.75 * pause;
    step += 1;
  }
  return pausesSeconds[Math.min(step, pausesSeconds.length - 1)] ?? 0;
}
