import { isIP } from "node:net";
import { tunnelTimeoutSeconds } from "../api/settings/tunnel-timeout.ts";
import type { TargetRules } from "../core/targets/address-policy.ts";
import { bareHostOf, portOf } from "../core/targets/url-policy.ts";
import type { EnvReader } from "../platform/process/env.ts";
import {
  readProxyKey,
  readStorageAllowsHTTP,
  readStoreEndpoint,
  readWebhookAllowsHTTP,
} from "../platform/process/shared-settings.ts";
import { readProbesConfig } from "../platform/process/probes.ts";
import type { ProbesConfig } from "../platform/process/probes.ts";
import { readDNSServers, readTargetRules } from "../platform/process/target-settings.ts";

export interface EgressConfig {
  probes: ProbesConfig;
  proxy: ForwardProxyConfig;
  cluster: {
    /** File with the public ranges of the cluster; undefined: there is no cluster. */
    rangesPath: string | undefined;
    /** Of this pod. */
    podAddresses: readonly string[];
  };
}

export interface ForwardProxyConfig {
  /** Address to listen on. */
  host: string;
  /** 0: any free one. */
  port: number;
  /** Shared with the controller, which signs. */
  tokenKey: string;
  rules: TargetRules;
  /** Empty: those of the system. */
  dnsServers: readonly string[];
  /** What tokens of class `store` may reach, and nothing else. */
  store?: HostAndPort;
  webhookAllowsHTTP: boolean;
  storageAllowsHTTP: boolean;
  limits: ForwardProxyLimits;
}

export interface HostAndPort {
  host: string;
  port: number;
}

export interface ForwardProxyLimits {
  /** Tunnels that are open or being opened, over all jobs. */
  maxConnections: number;
  /** Looking up the name and connecting, together. */
  connectTimeoutSeconds: number;
  /** Without a byte in either direction. */
  idleTimeoutSeconds: number;
  /** How long new connections are still taken after SIGTERM: load balancers hear of it only after a while. */
  leaveSeconds: number;
  /** How long open connections may go on after that; a page keeps its tunnels as long as its capture lasts. */
  drainTimeoutSeconds: number;
}

/** Reads everything the role needs; mistakes are reported together by `env.throwIfInvalid()`, which this calls. */
export function readEgressConfig(env: EnvReader): EgressConfig {
  const config = {
    probes: readProbesConfig(env),
    proxy: {
      host: env.string("STILLS_EGRESS_HOST", { text: "Address to listen on.", default: "0.0.0.0" }),
      port: env.integer("STILLS_EGRESS_PORT", {
        text: "Port to listen on.",
        default: 3128,
        min: 0,
        max: 65_535,
      }),
      tokenKey: readProxyKey(env, 16),
      rules: readTargetRules(env),
      dnsServers: readDNSServers(env),
      ...readStore(env),
      webhookAllowsHTTP: readWebhookAllowsHTTP(env),
      storageAllowsHTTP: readStorageAllowsHTTP(env),
      limits: readLimits(env),
    },
    cluster: readCluster(env),
  };
  env.throwIfInvalid();
  return config;
}

function readCluster(env: EnvReader): EgressConfig["cluster"] {
  return {
    rangesPath: env.has("STILLS_EGRESS_CLUSTER_RANGES_FILE")
      ? env.string("STILLS_EGRESS_CLUSTER_RANGES_FILE", {
          text: "File with the public ranges of the cluster itself, one a line, which are refused; it is read every five seconds.",
          defaultText: "there is no cluster",
        })
      : undefined,
    podAddresses: env.list("STILLS_EGRESS_POD_IPS", {
      text: "Addresses of this pod, to prove that those of pods are refused.",
      default: [],
      problemOf: (text) => (isIP(text) === 0 ? "an IP address" : undefined),
    }),
  };
}

function readStore(env: EnvReader): { store?: HostAndPort } {
  if (!env.has("STILLS_STORE_ENDPOINT")) return {};
  const url = URL.parse(readStoreEndpoint(env));
  return url === null ? {} : { store: { host: bareHostOf(url), port: portOf(url) } };
}

/** It is for the name and again for the connection, and the worker must still be there to hear of it. */
const longestConnectSeconds = Math.floor(tunnelTimeoutSeconds / 2) - 1;

function readLimits(env: EnvReader): ForwardProxyLimits {
  return {
    maxConnections: env.integer("STILLS_EGRESS_MAX_CONNECTIONS", {
      text: "Tunnels at a time, over all jobs.",
      default: 4096,
      min: 1,
      max: 100_000,
    }),
    connectTimeoutSeconds: env.integer("STILLS_EGRESS_CONNECT_TIMEOUT_SECONDS", {
      text: "How long looking up a name and connecting may take.",
      default: 10,
      min: 1,
      max: longestConnectSeconds,
    }),
    idleTimeoutSeconds: env.integer("STILLS_EGRESS_IDLE_TIMEOUT_SECONDS", {
      text: "How long a connection may be silent.",
      default: 60,
      min: 1,
      max: 600,
    }),
    leaveSeconds: env.integer("STILLS_EGRESS_LEAVE_SECONDS", {
      text: "How long new connections are accepted after SIGTERM, until load balancers have noticed.",
      default: 5,
      min: 0,
      max: 120,
    }),
    drainTimeoutSeconds: env.integer("STILLS_EGRESS_DRAIN_TIMEOUT_SECONDS", {
      text: "How long open connections may last after the proxy has stopped accepting new ones.",
      default: 100,
      min: 1,
      max: 600,
    }),
  };
}
