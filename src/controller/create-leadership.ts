import { leaseName } from "../api/settings/kubernetes-names.ts";
import { LeaderElection } from "../platform/kube/leader-election.ts";
import { BackgroundParts } from "../platform/process/background-parts.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Runnable } from "../platform/process/lifecycle.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { ClassClaim } from "./class/class-claim.ts";
import { createClassClaim } from "./class/create-class-claim.ts";
import type { ControllerConfig } from "./config.ts";
import type { Platform } from "./create-platform.ts";
import type { LeaderTerm } from "./leader-term.ts";
import type { ControllerMetrics } from "./metrics.ts";

/** A class that is free, or held by this installation, is claimed sooner. */
const claimPatienceMilliseconds = 2_000;

/** The claim of the installation on its class, then the election of the replica that leads. Without the class, no replica stands. */
export function createLeadership(dependencies: {
  config: Pick<ControllerConfig, "className" | "operatorNamespace">;
  platform: Platform;
  term: LeaderTerm;
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}): { classClaim: ClassClaim; leadership: Runnable } {
  const { config, platform, term, metrics, clock, log } = dependencies;
  const { transport, identity, kubeMetrics, nats } = platform;
  const classClaim = createClassClaim({ config, platform, metrics, clock, log });
  const election = new LeaderElection({
    transport,
    namespace: config.operatorNamespace,
    leaseName,
    identity,
    metrics: kubeMetrics,
    clock,
    log,
    handicap: () => nats.problem,
    onStartedLeading: (signal) => term.run(signal),
  });
  const leadership = new BackgroundParts({
    name: "leadership",
    parts: [classClaim, election],
    patienceMilliseconds: claimPatienceMilliseconds,
    clock,
  });
  return { classClaim, leadership };
}
