import { tunnelTimeoutSeconds } from "../api/settings/tunnel-timeout.ts";
import type { TargetRules } from "../core/targets/target-policy-rules.ts";
import { bareHostOf, portOf } from "../core/targets/target-policy.ts";
import type { EnvReader } from "../platform/process/env.ts";
import { readProbesConfig } from "../platform/process/probes.ts";
import type { ProbesConfig } from "../platform/process/probes.ts";
import { readDNSServers, readTargetRules } from "../platform/process/target-settings.ts";

export interface EgressConfig {
  probes: ProbesConfig;
  proxy: ForwardProxyConfig;
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
      host: env.string("STILLS_EGRESS_HOST", { default: "0.0.0.0" }),
      port: env.integer("STILLS_EGRESS_PORT", { default: 3128, min: 0, max: 65_535 }),
      tokenKey: env.secretFile("STILLS_PROXY_KEY_FILE", { minLength: 16 }),
      rules: readTargetRules(env),
      dnsServers: readDNSServers(env),
      ...readStore(env),
      webhookAllowsHTTP: env.boolean("STILLS_WEBHOOK_ALLOW_HTTP", { default: false }),
      storageAllowsHTTP: env.boolean("STILLS_STORAGE_ALLOW_HTTP", { default: false }),
      limits: readLimits(env),
    },
  };
  env.throwIfInvalid();
  return config;
}

function readStore(env: EnvReader): { store?: HostAndPort } {
  if (!env.has("STILLS_STORE_ENDPOINT")) return {};
  const url = URL.parse(env.url("STILLS_STORE_ENDPOINT", { protocols: ["http:", "https:"] }));
  return url === null ? {} : { store: { host: bareHostOf(url), port: portOf(url) } };
}

/** It is for the name and again for the connection, and the worker must still be there to hear of it. */
const longestConnectSeconds = Math.floor(tunnelTimeoutSeconds / 2) - 1;

function readLimits(env: EnvReader): ForwardProxyLimits {
  const seconds = (name: string, fallback: number, max = 600) =>
    env.integer(`STILLS_EGRESS_${name}_TIMEOUT_SECONDS`, { default: fallback, min: 1, max });
  return {
    maxConnections: env.integer("STILLS_EGRESS_MAX_CONNECTIONS", {
      default: 4096,
      min: 1,
      max: 100_000,
    }),
    connectTimeoutSeconds: seconds("CONNECT", 10, longestConnectSeconds),
    idleTimeoutSeconds: seconds("IDLE", 60),
    leaveSeconds: env.integer("STILLS_EGRESS_LEAVE_SECONDS", { default: 5, min: 0, max: 120 }),
    drainTimeoutSeconds: seconds("DRAIN", 100),
  };
}
