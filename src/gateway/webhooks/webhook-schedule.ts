/**
 * When a webhook is retried. Pauses grow with the time since the first attempt, as the Standard Webhooks specification recommends, with
 * jitter so that the deliveries of a burst do not return as a burst. The elapsed time decides, and a count only in that no webhook is
 * given up before it was tried a few times.
 */

export type ReceiverAnswer =
  | { kind: "Status"; status: number; retryAfterSeconds?: number }
  /** Connection refused, timeout or TLS error. */
  | { kind: "NoAnswer" };

export type NextStep =
  | { kind: "Delivered" }
  | { kind: "Gone" }
  | { kind: "TryAgain"; afterMilliseconds: number }
  | { kind: "GiveUp" };

export interface ScheduleState {
  /** Since the first attempt. */
  elapsedMilliseconds: number;
  /** Attempts so far, with the one that was just answered. */
  attempts: number;
  horizonMilliseconds: number;
  /** From 0 to 1, for jitter. */
  random: number;
}

/** Each pause applies from the elapsed time at which the previous ones end. */
const pausesSeconds = [5, 30, 120, 600, 1800, 3600, 7200];
/** A rejected request rarely succeeds later; this covers a deployment of the receiver. */
const rejectedHorizonMilliseconds = 150_000;
/** A receiver that is slow or limits its callers may leave little of the horizon for attempts. */
const minAttempts = 3;
const transientClientErrors = new Set([408, 409, 425, 429]);

/** What follows from the receiver's answer to one attempt. */
export function nextStep(answer: ReceiverAnswer, state: ScheduleState): NextStep {
  if (answer.kind === "Status") {
    if (answer.status >= 200 && answer.status <= 299) return { kind: "Delivered" };
    if (answer.status === 410) return { kind: "Gone" };
  }
  const { elapsedMilliseconds, horizonMilliseconds } = state;
  const mayGiveUp = state.attempts >= minAttempts;
  if (mayGiveUp && isRejection(answer) && elapsedMilliseconds >= rejectedHorizonMilliseconds)
    return { kind: "GiveUp" };
  const afterMilliseconds = pauseMilliseconds(answer, state);
  const leftMilliseconds = horizonMilliseconds - elapsedMilliseconds;
  if (afterMilliseconds <= leftMilliseconds) return { kind: "TryAgain", afterMilliseconds };
  if (mayGiveUp) return { kind: "GiveUp" };
  // A longer pause that the receiver asks for is cut to what is left of the horizon.
  const shortest = pauseMilliseconds({ kind: "NoAnswer" }, { ...state, elapsedMilliseconds: 0 });
  return { kind: "TryAgain", afterMilliseconds: Math.max(leftMilliseconds, shortest) };
}

/** Redirects are never followed, so they count as rejections. */
function isRejection(answer: ReceiverAnswer): boolean {
  if (answer.kind !== "Status") return false;
  return answer.status >= 300 && answer.status <= 499 && !transientClientErrors.has(answer.status);
}

function pauseMilliseconds(answer: ReceiverAnswer, state: ScheduleState): number {
  const base = basePauseSeconds(state.elapsedMilliseconds / 1000);
  const jittered = base * 1000 * (0.8 + 0.4 * state.random);
  const asked = answer.kind === "Status" ? (answer.retryAfterSeconds ?? 0) * 1000 : 0;
  return Math.round(Math.max(jittered, asked));
}

/** Jitter may end a pause up to a fifth early; the factor keeps it from being chosen again. */
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
