/**
 * When a webhook is retried. Pauses grow with the time since the first attempt, as the Standard Webhooks specification recommends, with
 * jitter so that the deliveries of a burst do not return as a burst. The elapsed time decides, not a count of attempts, so an attempt that
 * a crash interrupted or a limit delayed does not change the schedule.
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
  horizonMilliseconds: number;
  /** From 0 to 1, for jitter. */
  random: number;
}

/** Each pause applies from the elapsed time at which the previous ones end. */
const pausesSeconds = [5, 30, 120, 600, 1800, 3600, 7200];
/** A rejected request rarely succeeds later; this covers a deployment of the receiver. */
const rejectedHorizonMilliseconds = 150_000;
const transientClientErrors = new Set([408, 409, 425, 429]);

/** What follows from the receiver's answer to one attempt. */
export function nextStep(answer: ReceiverAnswer, state: ScheduleState): NextStep {
  if (answer.kind === "Status") {
    if (answer.status >= 200 && answer.status <= 299) return { kind: "Delivered" };
    if (answer.status === 410) return { kind: "Gone" };
    if (isRejection(answer.status) && state.elapsedMilliseconds >= rejectedHorizonMilliseconds)
      return { kind: "GiveUp" };
  }
  const afterMilliseconds = pauseMilliseconds(answer, state);
  return state.elapsedMilliseconds + afterMilliseconds > state.horizonMilliseconds
    ? { kind: "GiveUp" }
    : { kind: "TryAgain", afterMilliseconds };
}

/** Redirects are never followed, so they count as rejections. */
function isRejection(status: number): boolean {
  return status >= 300 && status <= 499 && !transientClientErrors.has(status);
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
