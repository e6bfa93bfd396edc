import assert from "node:assert/strict";
import { test } from "node:test";
import { ConsentProgress } from "./consent-progress.ts";

test("a banner is busy from when it is found until it is answered", async () => {
  const progress = new ConsentProgress();
  const answered = progress.until(
    () => progress.hasFoundBanner && !progress.isBusy,
    AbortSignal.timeout(60_000),
  );
  progress.onMessage("cmpDetected", undefined);
  assert.deepEqual([progress.hasFoundManager, progress.isBusy], [true, false]);
  progress.onMessage("popupFound", undefined);
  assert.equal(progress.isBusy, true);
  progress.onMessage("optOutResult", true);
  assert.deepEqual([progress.isBusy, progress.hasAnswered], [true, false]);
  progress.onMessage("autoconsentDone", undefined);
  await answered;
  assert.deepEqual([progress.isBusy, progress.hasAnswered], [false, true]);
});

test("a banner that could not be refused is over, and not answered", () => {
  const progress = new ConsentProgress();
  progress.onMessage("popupFound", undefined);
  progress.onMessage("optOutResult", false);
  assert.deepEqual([progress.isBusy, progress.hasAnswered], [false, false]);
});
