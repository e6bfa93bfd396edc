import assert from "node:assert/strict";
import { test } from "node:test";
import { nextStep, type ReceiverAnswer, type ScheduleState } from "./webhook-schedule.ts";

const hour = 3_600_000;

function state(over: Partial<ScheduleState> = {}): ScheduleState {
  return {
    ...{ elapsedMilliseconds: 0, attempts: 5, horizonMilliseconds: 4 * hour, random: 0.5 },
    ...over,
  };
}

const status = (code: number, retryAfterSeconds?: number): ReceiverAnswer => ({
  kind: "Status",
  status: code,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

test("2xx is delivered, 410 ends the delivery", () => {
  assert.deepEqual(nextStep(status(200), state()), { kind: "Delivered" });
  assert.deepEqual(nextStep(status(299), state()), { kind: "Delivered" });
  assert.deepEqual(nextStep(status(410), state()), { kind: "Gone" });
});

test("redirects and rejections are retried for two and a half minutes, other failures until the horizon", () => {
  for (const code of [301, 302, 400, 404, 422]) {
    const at = (elapsedMilliseconds: number) =>
      nextStep(status(code), state({ elapsedMilliseconds }));
    assert.equal(at(149_000).kind, "TryAgain", String(code));
    assert.equal(at(150_000).kind, "GiveUp", String(code));
  }
  for (const code of [408, 409, 425, 429, 500, 502, 503])
    assert.equal(
      nextStep(status(code), state({ elapsedMilliseconds: hour })).kind,
      "TryAgain",
      String(code),
    );
  assert.equal(
    nextStep({ kind: "NoAnswer" }, state({ elapsedMilliseconds: hour })).kind,
    "TryAgain",
  );
});

test("a receiver that never answers is retried with growing pauses, about ten times in four hours, with any jitter", () => {
  for (const random of [0, 0.5, 1]) {
    const pauses: number[] = [];
    let elapsedMilliseconds = 0;
    for (;;) {
      const step = nextStep(status(500), state({ elapsedMilliseconds, random }));
      if (step.kind !== "TryAgain") break;
      pauses.push(step.afterMilliseconds);
      elapsedMilliseconds += step.afterMilliseconds;
    }
    assert.ok(pauses.length >= 5 && pauses.length <= 12, `${pauses.length} attempts`);
    assert.deepEqual(
      pauses,
      pauses.toSorted((a, b) => a - b),
      `random ${random}`,
    );
  }
});

test("a longer Retry-After is honoured, but no attempt is scheduled after the horizon", () => {
  assert.deepEqual(nextStep(status(503, 60), state()), {
    kind: "TryAgain",
    afterMilliseconds: 60_000,
  });
  assert.deepEqual(nextStep(status(503, 1), state()), {
    kind: "TryAgain",
    afterMilliseconds: 5_000,
  });
  assert.equal(nextStep(status(503, 5 * 3600), state()).kind, "GiveUp");
  assert.equal(nextStep(status(500), state({ elapsedMilliseconds: 3.9 * hour })).kind, "GiveUp");
});

test("no webhook is given up before its third attempt, however little of its horizon is left", () => {
  for (const answer of [status(401), status(500), status(503, 24 * 3600)])
    for (const elapsedMilliseconds of [0, hour, 5 * hour]) {
      const stepOf = (attempts: number) =>
        nextStep(answer, state({ elapsedMilliseconds, attempts }));
      assert.equal(stepOf(1).kind, "TryAgain");
      const second = stepOf(2);
      assert.ok(second.kind === "TryAgain" && second.afterMilliseconds >= 4_000);
      assert.ok(second.afterMilliseconds <= 4 * hour);
      if (elapsedMilliseconds > 4 * hour) assert.equal(stepOf(3).kind, "GiveUp");
    }
});
