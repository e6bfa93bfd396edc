import type { Host } from "../platform/process/host.ts";
import { Probes } from "../platform/process/probes.ts";
import type { EgressConfig } from "./config.ts";
import { ForwardProxy } from "./forward-proxy.ts";
import { createEgressMetrics } from "./metrics.ts";

/** The egress proxy: the only way out for pages, pictures and webhooks. Returns when it has stopped. */
export async function runEgress(config: EgressConfig, host: Host): Promise<void> {
  const proxy = new ForwardProxy(config.proxy, host, createEgressMetrics(host.metrics));
  const probes = new Probes(config.probes, host, [proxy]);

  await host.lifecycle.run([probes, proxy]);
}
