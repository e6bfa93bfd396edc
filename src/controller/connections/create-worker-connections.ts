import type { KubeMetrics } from "../../platform/kube/kube-metrics.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import { podType } from "../../platform/kube/resources.ts";
import type { Pod } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { workerSelector } from "../pools/pool-deployment.ts";
import { ConnectionReaper } from "./connection-reaper.ts";
import { projectPod } from "./pod-record.ts";
import type { PodRecord } from "./pod-record.ts";
import { TokenReviewer } from "./token-reviewer.ts";
import { WorkerLoginService } from "./worker-login-service.ts";

/** What tells NATS who its workers are, as parts to start; none where NATS is not ours, and workers have passwords. */
export interface WorkerConnections {
  caches: Runnable[];
  /** Those that need NATS. */
  services: Runnable[];
}

interface WorkerConnectionsDependencies {
  config: Pick<ControllerConfig, "calloutKey" | "workerPods" | "operatorNamespace">;
  transport: KubeTransport;
  nats: Nats;
  metrics: ControllerMetrics;
  kubeMetrics: KubeMetrics;
  clock: Clock;
  log: Logger;
}

export function createWorkerConnections(
  dependencies: WorkerConnectionsDependencies,
): WorkerConnections {
  const { config, transport, nats, metrics, kubeMetrics, clock, log } = dependencies;
  const { calloutKey: key, workerPods, operatorNamespace: namespace } = config;
  if (key === undefined || workerPods === undefined) return { caches: [], services: [] };
  const pods = new Reflector<Pod, PodRecord>({
    transport,
    type: podType,
    namespace,
    labelSelector: workerSelector,
    project: projectPod,
    metrics: kubeMetrics,
    clock,
    log,
  });
  const loginService = new WorkerLoginService({
    nats,
    key,
    pods,
    reviewer: new TokenReviewer({ transport, clock }),
    serviceAccount: `system:serviceaccount:${namespace}:${workerPods.serviceAccountName}`,
    metrics,
    clock,
    log,
  });
  const reaper = new ConnectionReaper({ nats, pods, clock, log });
  return { caches: [pods], services: [loginService, reaper] };
}
