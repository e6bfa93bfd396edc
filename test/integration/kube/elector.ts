import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { LeaderElection } from "../../../src/platform/kube/leader-election.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";

/**
 * A candidate in a process of its own, so that a test can freeze it: `elector.ts KUBECONFIG LEASE IDENTITY`. Prints
 * "leading" and "lost"; exits with 3 when the lease was lost, as a controller must.
 */
const [kubeconfig = "", leaseName = "", identity = ""] = process.argv.slice(2);
const election = new LeaderElection({
  transport: new KubeTransport(kubeCredentials(kubeconfig)),
  clock: systemClock,
  log: createLogger({ component: "elector", level: "silent" }),
  namespace: "default",
  leaseName,
  identity,
  leaseDurationSeconds: 3,
  renewDeadlineSeconds: 2,
  retryPeriodSeconds: 0.5,
  onStartedLeading: () => console.log("leading"),
});
await election.start();
try {
  await election.failed;
} catch (thrown) {
  console.log(`lost: ${String(thrown)}`);
  process.exit(3);
}
