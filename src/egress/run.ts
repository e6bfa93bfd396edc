import type { ProcessContext } from "../platform/process/process-context.ts";
import { Probes } from "../platform/process/probes.ts";
import type { EgressConfig } from "./config.ts";
import { createClusterRanges } from "./create-cluster-ranges.ts";
import { createForwardProxy } from "./create-forward-proxy.ts";
import { createEgressMetrics } from "./metrics.ts";

/** Runs the egress proxy, the only way out for pages, pictures and webhooks, until it has stopped. */
export async function runEgress(config: EgressConfig, context: ProcessContext): Promise<void> {
  const { clock, log } = context;
  const metrics = createEgressMetrics(context.metrics);
  const clusterRanges = createClusterRanges({ config, metrics, clock, log });
  const forwardProxy = createForwardProxy({
    ...{ config: config.proxy, clusterRanges },
    ...{ metrics, clock, log },
  });
  const probes = new Probes(config.probes, context, [forwardProxy]);

  await context.lifecycle.run([probes, clusterRanges, forwardProxy]);
}
