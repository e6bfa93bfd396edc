import type { KubeMetrics } from "../../platform/kube/kube-metrics.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import { configMaps, nodeType, podType, serviceCIDRs } from "../../platform/kube/resources.ts";
import type { Node, Pod } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import { ClusterRangesWriter } from "./cluster-ranges-writer.ts";

/** What finds the addresses of the cluster itself and tells them. */
export interface ClusterRanges {
  writer: ClusterRangesWriter;
  /** Of every replica. */
  reflectors: Runnable[];
}

interface ClusterRangesDependencies {
  config: Pick<ControllerConfig, "operatorNamespace">;
  settings: NonNullable<ControllerConfig["clusterRanges"]>;
  transport: KubeTransport;
  kubeMetrics: KubeMetrics;
  clock: Clock;
  log: Logger;
}

export function createClusterRanges(dependencies: ClusterRangesDependencies): ClusterRanges {
  const { config, settings, transport, kubeMetrics: metrics, clock, log } = dependencies;
  const common = { transport, metrics, clock, log };
  const nodes = new Reflector<Node, readonly string[]>({
    ...common,
    type: nodeType,
    project: numbersOfNode,
  });
  const pods = settings.fromPods
    ? new Reflector<Pod, readonly string[]>({ ...common, type: podType, project: addressesOfPod })
    : undefined;
  const writer = new ClusterRangesWriter({
    nodes,
    pods,
    serviceCIDRs: serviceCIDRs(transport),
    configMaps: configMaps(transport),
    target: { namespace: config.operatorNamespace, name: settings.configMapName },
    clock,
    log,
  });
  return { writer, reflectors: [nodes, ...(pods === undefined ? [] : [pods])] };
}

function numbersOfNode({ spec = {}, status = {} }: Node): readonly string[] {
  const blocks = spec.podCIDRs ?? (spec.podCIDR === undefined ? [] : [spec.podCIDR]);
  return [...(status.addresses ?? []).map(({ address }) => address), ...blocks];
}

function addressesOfPod({ status }: Pod): readonly string[] | undefined {
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? [];
  return addresses.length === 0 ? undefined : addresses;
}
