import type { Logger } from "../platform/process/logger.ts";
import type { ClusterRanges } from "./cluster-ranges.ts";
import type { EgressMetrics } from "./metrics.ts";
import { Refusal } from "./refusal.ts";
import type { TargetAuthorizer } from "./target-authorizer.ts";

interface ClusterProofDependencies {
  /** Of this very pod: the addresses of a pod that are known for sure. */
  podAddresses: readonly string[];
  clusterRanges: ClusterRanges;
  /**
   * One that knows no address of this machine as its own, since that says nothing about other pods, and has no `allow`: what an operator
   * allows is allowed on purpose.
   */
  authorizer: TargetAuthorizer;
  metrics: Pick<EgressMetrics, "clusterProblem">;
  log: Logger;
}

/** Any that pages may visit. */
const port = 443;

/**
 * Proves, whenever the cluster's ranges are read, that a pod of the cluster would be refused: this pod's own addresses are put to the code that
 * decides what is dialled. Says so in a metric.
 */
export class ClusterProof {
  readonly #dependencies: ClusterProofDependencies;
  #reachable = "";

  constructor(dependencies: ClusterProofDependencies) {
    this.#dependencies = dependencies;
  }

  listen(): void {
    const { clusterRanges, log } = this.#dependencies;
    clusterRanges.onRead(() => {
      this.#prove().catch((err: unknown) => log.error({ err }, "The proof could not be made"));
    });
  }

  async #prove(): Promise<void> {
    const { podAddresses, clusterRanges, metrics, log } = this.#dependencies;
    const isReachable = await Promise.all(podAddresses.map((host) => this.#mayVisit(host)));
    const reachable = podAddresses.filter((_, at) => isReachable[at]).join(", ");
    metrics.clusterProblem.set(clusterRanges.isHeard ? 0 : 1, { problem: "NotHeard" });
    metrics.clusterProblem.set(reachable === "" ? 0 : 1, { problem: "PodReachable" });
    if (reachable === this.#reachable) return;
    this.#reachable = reachable;
    if (reachable === "") log.info({}, "Pods of the cluster are refused");
    else
      log.error(
        { podAddresses: reachable },
        "Pages may visit pods of this cluster: their addresses are public and not among the ranges that controllers tell; name them in egress.denyCIDRs, or set egress.clusterRanges.fromPods",
      );
  }

  async #mayVisit(host: string): Promise<boolean> {
    try {
      await this.#dependencies.authorizer.authorize({ class: "page" }, { host, port });
      return true;
    } catch (thrown) {
      if (thrown instanceof Refusal && thrown.reason === "TargetNotAllowed") return false;
      throw thrown;
    }
  }
}
