/**
 * When a webhook is tried again. Pauses grow as the Standard Webhooks specification recommends, with jitter so that deliveries
 * of one burst do not come back as one burst.
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
  /** Tries made so far, this one included. */
  tries: number;
  /** When the first try was made and now, epoch milliseconds. */
  firstTryMilliseconds: number;
  nowMilliseconds: number;
  horizonMilliseconds: number;
  /** From 0 to 1. */
  random: number;
}

const pausesSeconds = [5, 30, 120, 600, 1800, 3600, 7200];
/** A refusal that says "this request is wrong" will not change by waiting; a few tries cover a deployment in progress. */
const triesOfRefused = 3;
const transientClientErrors = new Set([408, 409, 425, 429]);

/** What follows from the receiver's answer to one try. */
export function nextStep(answer: ReceiverAnswer, state: ScheduleState): NextStep {
  if (answer.kind === "Status") {
    if (answer.status >= 200 && answer.status <= 299) return { kind: "Delivered" };
    if (answer.status === 410) return { kind: "Gone" };
    if (isRefusal(answer.status) && state.tries >= triesOfRefused) return { kind: "GiveUp" };
  }
  const afterMilliseconds = pauseMilliseconds(answer, state);
  const nextTry = state.nowMilliseconds + afterMilliseconds;
  return nextTry - state.firstTryMilliseconds > state.horizonMilliseconds
    ? { kind: "GiveUp" }
    : { kind: "TryAgain", afterMilliseconds };
}

/** Redirects count as refusals: they are never followed. */
function isRefusal(status: number): boolean {
  return status >= 300 && status <= 499 && !transientClientErrors.has(status);
}

function pauseMilliseconds(answer: ReceiverAnswer, state: ScheduleState): number {
  const base = pausesSeconds[Math.min(state.tries, pausesSeconds.length) - 1] ?? 0;
  const jittered = base * 1000 * (0.8 + 0.4 * state.random);
  const asked = answer.kind === "Status" ? (answer.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.round(Math.max(jittered, asked));
}
