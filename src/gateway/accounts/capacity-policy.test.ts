import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadReport } from "../../api/messages/load-report.ts";
import { messageVersion } from "../../api/messages/message-version.ts";
import { capacityProblem } from "./capacity-policy.ts";

const none = new Map<string, number>();
const full: LoadReport = {
  ...{ version: messageVersion, liveJobs: 100, maxLiveJobs: 100, share: 50 },
  namespaces: { hoard: { jobs: 100, finished: 90 }, half: { jobs: 40, finished: 0 } },
};

test("below the ceiling every namespace may have more, also above its share", () => {
  assert.equal(capacityProblem({ ...full, liveJobs: 99 }, none, "hoard"), undefined);
  const admitted = new Map([["other", 1]]);
  assert.match(capacityProblem({ ...full, liveJobs: 99 }, admitted, "hoard") ?? "", /^Limit of/);
});

test("at the ceiling only those that have their share are refused, and told how much of it has finished", () => {
  assert.equal(
    capacityProblem(full, none, "hoard"),
    "Limit of 100 jobs in the installation reached, and this account's namespace has its share of 50, 90 of them finished; send the request again later, or have finished jobs deleted",
  );
  assert.equal(capacityProblem(full, none, "half"), undefined);
  assert.equal(capacityProblem(full, none, "new"), undefined);
});

test("what was admitted since the report counts for the share", () => {
  for (const [namespace, count, isRefused] of [
    ["half", 9, false],
    ["half", 10, true],
    ["new", 49, false],
    ["new", 50, true],
  ] as const) {
    const problem = capacityProblem(full, new Map([[namespace, count]]), namespace);
    assert.equal(problem !== undefined, isRefused, `${namespace} ${count}`);
  }
});

test("a report that was far from the ceiling tells no shares: all are refused until the next", () => {
  const report: LoadReport = { version: messageVersion, liveJobs: 70, maxLiveJobs: 100 };
  const admitted = new Map([["new", 30]]);
  assert.match(capacityProblem(report, admitted, "other") ?? "", /reached; send the request again/);
});
