import assert from "node:assert/strict";
import { test } from "node:test";
import { KubeError } from "./kube-error.ts";
import { WatchRecovery } from "./watch-recovery.ts";
import { WatchSilent } from "./watch-restart-reason.ts";

const aRecovery = () => new WatchRecovery({ firstPauseMilliseconds: 10, pageSize: 500 });
const kubeError = (status: number, reason: string, retryAfterSeconds?: number) =>
  new KubeError({
    status,
    reason,
    message: reason,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
const silent = {
  thrown: new WatchSilent(1, {}),
  cause: "Silent" as const,
  hasPosition: true,
};

test("a second silent watch in a row is followed by a list; data in between starts the count again", () => {
  const recovery = aRecovery();
  assert.equal(recovery.noteFailure(silent).relist, undefined);
  recovery.noteData();
  assert.equal(recovery.noteFailure(silent).relist, undefined);
  assert.equal(recovery.noteFailure(silent).relist, "Silent");
  assert.equal(recovery.noteFailure(silent).relist, undefined);
});

test("a server that refuses WatchList is not asked for it again", () => {
  const recovery = aRecovery();
  const thrown = kubeError(422, "Invalid");
  recovery.noteFailure({ thrown, cause: "Failed", hasPosition: true });
  assert.equal(recovery.mayWatchList, true);
  const { relist } = recovery.noteFailure({ thrown, cause: "Failed", hasPosition: false });
  assert.equal(relist, "WatchListRefused");
  assert.equal(recovery.mayWatchList, false);
});

test("pages become smaller when an answer is too large", () => {
  const recovery = aRecovery();
  const thrown = kubeError(0, "ResponseTooLarge");
  recovery.noteFailure({ thrown, cause: "Failed", hasPosition: false });
  assert.equal(recovery.pageSize, 250);
});

test("the pause honours Retry-After up to a minute, and progress ends the growth of pauses", () => {
  const recovery = aRecovery();
  const busy = (seconds: number) => ({
    thrown: kubeError(429, "TooManyRequests", seconds),
    cause: "Throttled" as const,
    hasPosition: true,
  });
  assert.equal(recovery.noteFailure(busy(3)).pauseMilliseconds, 3_000);
  assert.equal(recovery.noteFailure(busy(3_000)).pauseMilliseconds, 60_000);
  assert.equal(recovery.failures, 2);
  recovery.noteProgress();
  assert.equal(recovery.failures, 0);
  assert.ok(recovery.pauseMilliseconds() <= 10);
});
