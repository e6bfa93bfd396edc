import { Writable } from "node:stream";
import type { ClusterRanges } from "../../../src/egress/cluster-ranges.ts";
import type {
  EgressConfig,
  ForwardProxyConfig,
  ForwardProxyLimits,
} from "../../../src/egress/config.ts";
import { createClusterRanges } from "../../../src/egress/create-cluster-ranges.ts";
import {
  createForwardProxy,
  type ForwardProxyDependencies,
} from "../../../src/egress/create-forward-proxy.ts";
import type { ForwardProxy } from "../../../src/egress/forward-proxy.ts";
import { createEgressMetrics } from "../../../src/egress/metrics.ts";
import { defaultProxyLimits, signProxyToken } from "../../../src/core/tokens/proxy-token.ts";
import type { ProxyGrant } from "../../../src/api/messages/proxy-grant.ts";
import { parseTargetEntries } from "../../../src/core/targets/address-policy.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { Metrics } from "../../../src/platform/process/metrics.ts";

export const tokenKey = "the key of these tests, long enough";

export interface EgressSetup extends Pick<ForwardProxyDependencies, "interfaceAddresses"> {
  /** File of the cluster's ranges, and the addresses of this pod. */
  cluster?: EgressConfig["cluster"];
  allow?: string[];
  deny?: string[];
  clusterDomain?: string;
  dnsServers?: string[];
  config?: Partial<ForwardProxyConfig>;
  limits?: Partial<ForwardProxyLimits>;
}

/** The real proxy, in this process, on a free loopback port. */
export class RunningEgress implements AsyncDisposable {
  readonly proxy: ForwardProxy;
  readonly logLines: string[];
  readonly #clusterRanges: ClusterRanges;
  readonly #metrics: Metrics;
  #stopped: Promise<void> | undefined;

  private constructor(
    proxy: ForwardProxy,
    clusterRanges: ClusterRanges,
    metrics: Metrics,
    logLines: string[],
  ) {
    this.proxy = proxy;
    this.#clusterRanges = clusterRanges;
    this.#metrics = metrics;
    this.logLines = logLines;
  }

  static async start(setup: EgressSetup = {}): Promise<RunningEgress> {
    const logLines: string[] = [];
    const destination = new Writable({
      write(chunk, _encoding, done) {
        logLines.push(String(chunk));
        done();
      },
    });
    const log = createLogger({ component: "egress", level: "debug", destination });
    const metrics = new Metrics({ processMetrics: false });
    const cluster = setup.cluster ?? { rangesPath: undefined, podAddresses: [] };
    const config = { proxy: configOf(setup), cluster };
    const common = { metrics: createEgressMetrics(metrics), clock: systemClock, log };
    const clusterRanges = createClusterRanges({ config, ...common });
    const proxy = createForwardProxy({
      ...{ config: config.proxy, clusterRanges, ...common },
      interfaceAddresses: setup.interfaceAddresses,
    });
    await clusterRanges.start();
    await proxy.start(AbortSignal.timeout(30_000));
    return new RunningEgress(proxy, clusterRanges, metrics, logLines);
  }

  get port(): number {
    return this.proxy.port;
  }

  async metric(line: string): Promise<number> {
    const text = await this.#metrics.text();
    const found = text.split("\n").find((candidate) => candidate.startsWith(`${line} `));
    return Number(found?.slice(line.length + 1));
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.proxy.stop();
    await this.#stopped;
    await this.#clusterRanges.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

let grants = 0;

/** A token for a new job, unless `changes` names one. */
export function aToken(changes: Partial<ProxyGrant> = {}): string {
  grants += 1;
  const grant: ProxyGrant = {
    uid: `job-${grants}`,
    attempt: 1,
    class: "page",
    limits: { ...defaultProxyLimits.page },
    expires: Math.floor(Date.now() / 1000) + 600,
    ...changes,
  };
  return signProxyToken(grant, tokenKey);
}

function configOf(setup: EgressSetup): ForwardProxyConfig {
  return {
    host: "127.0.0.1",
    port: 0,
    tokenKey,
    rules: {
      allow: parseTargetEntries(setup.allow ?? []),
      deny: parseTargetEntries(setup.deny ?? []),
      clusterDomain: setup.clusterDomain ?? "cluster.local",
    },
    dnsServers: setup.dnsServers ?? ["127.0.0.1:9"],
    webhookAllowsHTTP: false,
    storageAllowsHTTP: false,
    limits: {
      maxConnections: 1000,
      connectTimeoutSeconds: 20,
      idleTimeoutSeconds: 60,
      leaveSeconds: 0,
      drainTimeoutSeconds: 20,
      ...setup.limits,
    },
    ...setup.config,
  };
}
