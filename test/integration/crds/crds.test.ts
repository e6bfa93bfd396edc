import { after, before, suite } from "node:test";

import { acceptedJobs } from "./accepted-jobs.ts";
import { CRDWorld } from "./crd-world.ts";
import { kubectlView } from "./kubectl-view.ts";
import { poolsAndAccounts } from "./pools-and-accounts.ts";
import { refusedJobs } from "./refused-jobs.ts";
import { ruleCost } from "./rule-cost.ts";
import { sealedRules } from "./sealed-rules.ts";
import { specRules } from "./spec-rules.ts";
import { storedBefore } from "./stored-before.ts";
import { storedWithoutClass } from "./stored-without-class.ts";
import { endedStatusRules, openStatusRules } from "./status-rules.ts";

/** One API server for all of it: starting one takes longer than everything that is asked of it here. */
suite("the CRDs on a real API server", () => {
  let started: CRDWorld | undefined;
  const world = (): CRDWorld => {
    if (started === undefined) throw new Error("The API server has not started");
    return started;
  };

  before(async () => {
    started = await CRDWorld.start();
  });
  after(async () => {
    await started?.[Symbol.asyncDispose]();
  });

  acceptedJobs(world);
  refusedJobs(world);
  specRules(world);
  sealedRules(world);
  openStatusRules(world);
  endedStatusRules(world);
  kubectlView(world);
  poolsAndAccounts(world);
  ruleCost(world);
  storedBefore(world);
  storedWithoutClass(world);
});
