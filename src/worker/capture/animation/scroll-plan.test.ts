import assert from "node:assert/strict";
import { test } from "node:test";
import { endOf, planScroll, scrollOptionsOf, scrollPositionAt } from "./scroll-plan.ts";

/** A job's options; each step takes a second, with half a second after it. */
const asked = { durationSeconds: 30, scrollDurationMilliseconds: 1000 };

/** Where a page of 2,500 pixels beyond its first screen is at each of these moments, in milliseconds. */
function positions(
  options: Partial<Parameters<typeof scrollOptionsOf>[0]>,
  moments: readonly number[],
  distance = 2500,
): number[] {
  const plan = planScroll(scrollOptionsOf({ ...asked, ...options }), "Linear", distance);
  return moments.map((moment) => scrollPositionAt(plan, moment, "Linear"));
}

function endsAt(options: Partial<Parameters<typeof scrollOptionsOf>[0]>, distance = 2500): number {
  return endOf(planScroll(scrollOptionsOf({ ...asked, ...options }), "Linear", distance));
}

test("a page goes down in steps with pauses, and back to its top at once", () => {
  const moments = [0, 500, 1000, 1499, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5500, 9000];
  assert.deepEqual(
    positions({}, moments),
    [0, 500, 1000, 1000, 1000, 1500, 2000, 2000, 2250, 2500, 2500, 1250, 0, 0],
  );
  assert.equal(endsAt({}), 5500);
});

test("or back in the same steps, or not at all", () => {
  const back = [4500, 5000, 5500, 6000, 6500, 7000, 7500, 8000, 8500];
  assert.deepEqual(
    positions({ scrollBackAlgorithm: "Repeat" }, back),
    [2500, 2000, 1500, 1500, 1000, 500, 500, 250, 0],
  );
  assert.deepEqual(positions({ scrollBack: false }, [4000, 5000, 9000]), [2500, 2500, 2500]);
  assert.equal(endsAt({ scrollBack: false }), 4000);
});

test("steps are as long, as slow and as far apart as asked", () => {
  const options = {
    scrollByPixels: 500,
    scrollDurationMilliseconds: 200,
    scrollDelayMilliseconds: 0,
  };
  assert.deepEqual(
    positions({ ...options, scrollBack: false }, [0, 100, 200, 300, 1000], 1200),
    [0, 250, 500, 750, 1200],
  );
});

test("the first step may wait", () => {
  assert.deepEqual(
    positions({ scrollStartDelayMilliseconds: 700 }, [600, 1200, 1700]),
    [0, 500, 1000],
  );
  const late = { scrollStartDelayMilliseconds: 700, scrollStartImmediately: false };
  assert.deepEqual(positions(late, [1200, 1700, 2200]), [0, 500, 1000]);
});

test("it turns back after a time, wherever it is", () => {
  const back = { scrollBackAfterMilliseconds: 2000 };
  assert.deepEqual(positions(back, [1999, 2000, 2500, 3000]), [1499, 1500, 750, 0]);
  // In the pause between two steps.
  const paused = { scrollBackAfterMilliseconds: 1200 };
  assert.deepEqual(positions(paused, [1200, 1700, 2200]), [1000, 500, 0]);
});

test("it stops after a time, for good", () => {
  const stop = { scrollBack: false, scrollStopAfterMilliseconds: 1800 };
  assert.deepEqual(positions(stop, [1700, 1800, 1900, 9000]), [1200, 1300, 1300, 1300]);
  assert.equal(endsAt(stop), 1800);
  assert.deepEqual(positions({ scrollStopAfterMilliseconds: 1800 }, [9000]), [1300]);
  // On the way back, too.
  assert.deepEqual(
    positions({ scrollStopAfterMilliseconds: 5000 }, [4999, 5000, 9000]),
    [1253, 1250, 1250],
  );
});

test("it goes to the end at once after a time, and then back", () => {
  const end = { scrollToEndAfterMilliseconds: 1250 };
  assert.deepEqual(
    positions(end, [1000, 1250, 1750, 2250, 2750, 3250, 3750]),
    [1000, 1000, 1750, 2500, 2500, 1250, 0],
  );
});

test("a page that does not scroll stays where it is", () => {
  assert.deepEqual(positions({}, [0, 1000, 5000], 0), [0, 0, 0]);
  assert.equal(endsAt({}, 0), 0);
});
