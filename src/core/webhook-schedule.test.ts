import assert from "node:assert/strict";
import { test } from "node:test";
import { nextStep, type ReceiverAnswer, type ScheduleState } from "./webhook-schedule.ts";

const hour = 3_600_000;

function state(over: Partial<ScheduleState> = {}): ScheduleState {
  return {
    tries: 1,
    firstTryMilliseconds: 0,
    nowMilliseconds: 0,
    horizonMilliseconds: 4 * hour,
    random: 0.5,
    ...over,
  };
}

const status = (code: number, retryAfterSeconds?: number): ReceiverAnswer => ({
  kind: "Status",
  status: code,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

test("any 2xx delivers, 410 stops at once", () => {
  assert.deepEqual(nextStep(status(200), state()), { kind: "Delivered" });
  assert.deepEqual(nextStep(status(299), state()), { kind: "Delivered" });
  assert.deepEqual(nextStep(status(410), state()), { kind: "Gone" });
});

test("redirects and refusals are tried three times, server errors until the horizon", () => {
  for (const code of [301, 302, 400, 404, 422]) {
    assert.equal(nextStep(status(code), state({ tries: 2 })).kind, "TryAgain", String(code));
    assert.equal(nextStep(status(code), state({ tries: 3 })).kind, "GiveUp", String(code));
  }
  for (const code of [408, 409, 425, 429, 500, 502, 503])
    assert.equal(nextStep(status(code), state({ tries: 9 })).kind, "TryAgain", String(code));
  assert.equal(nextStep({ kind: "NoAnswer" }, state({ tries: 9 })).kind, "TryAgain");
});

test("pauses grow, carry a fifth of jitter either way, and obey a longer Retry-After", () => {
  const pause = (answer: ReceiverAnswer, over: Partial<ScheduleState>): number => {
    const step = nextStep(answer, state(over));
    assert.equal(step.kind, "TryAgain");
    return step.kind === "TryAgain" ? step.afterMilliseconds : Number.NaN;
  };
  assert.equal(pause(status(500), { tries: 1 }), 5_000);
  assert.equal(pause(status(500), { tries: 2, random: 0 }), 24_000);
  assert.equal(pause(status(500), { tries: 2, random: 1 }), 36_000);
  assert.equal(pause(status(503, 60), { tries: 1 }), 60_000);
  assert.equal(pause(status(503, 1), { tries: 3 }), 120_000);
});

test("no try is planned behind the horizon, whatever Retry-After says", () => {
  assert.equal(
    nextStep(status(500), state({ tries: 7, nowMilliseconds: 3 * hour })).kind,
    "GiveUp",
  );
  assert.equal(nextStep(status(503, 5 * 3600), state()).kind, "GiveUp");
});
