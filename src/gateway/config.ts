import { natsUser } from "../api/rights/nats-permissions.ts";
import { readNatsSettings, type NatsSettings } from "../platform/nats/nats-settings.ts";
import {
  readObjectStoreSettings,
  type ObjectStoreSettings,
} from "../platform/objects/object-store-settings.ts";
import type { EnvReader } from "../platform/process/env.ts";
import { sealingKeyProblem } from "../platform/sealing/sealing-keys.ts";
import { readDNSServers, readTargetRules } from "../platform/process/target-settings.ts";
import { readProbesConfig, type ProbesConfig } from "../platform/process/probes.ts";
import type { WebhookURLRules } from "./webhooks/webhook-url-validator.ts";

export interface GatewayConfig {
  probes: ProbesConfig;
  kubeconfigPath: string | undefined;
  operatorNamespace: string;
  nats: NatsSettings;
  listen: { host: string; port: number };
  /** Where callers reach the gateways, without a slash at its end. */
  publicURL: string;
  /** Signs `screenshot_url`; all gateways and controllers share it. */
  linkKey: string;
  /** PEM; without it, options that carry secrets are refused. */
  sealingPublicKey?: string | undefined;
  /** The egress proxy: webhooks take the same road as pages. */
  egressURL: string;
  /** As the egress proxy has them, so that a webhook that it would refuse is refused at once. */
  webhooks: WebhookURLRules;
  /** Read-only. */
  store: ObjectStoreSettings;
  limits: {
    bodyBytes: number;
    receiveTimeoutSeconds: number;
    leaveSeconds: number;
    drainSeconds: number;
  };
}

const dnsLabel = { pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, allowed: "a DNS label" };
const httpProtocols = { protocols: ["http:", "https:"] };

export function readGatewayConfig(env: EnvReader): GatewayConfig {
  const port = env.integer("STILLS_GATEWAY_PORT", { default: 8080, min: 0, max: 65_535 });
  const config = {
    probes: readProbesConfig(env),
    kubeconfigPath: env.has("KUBECONFIG") ? env.string("KUBECONFIG") : undefined,
    operatorNamespace: env.string("STILLS_OPERATOR_NAMESPACE", dnsLabel),
    nats: readNatsSettings(env, natsUser("gateway")),
    listen: { host: env.string("STILLS_GATEWAY_HOST", { default: "0.0.0.0" }), port },
    publicURL: env
      .url("STILLS_GATEWAY_PUBLIC_URL", { ...httpProtocols, default: `http://localhost:${port}` })
      .replace(/\/+$/, ""),
    egressURL: env.url("STILLS_EGRESS_URL", { protocols: ["http:"] }),
    webhooks: {
      targets: readTargetRules(env),
      dnsServers: readDNSServers(env),
      allowsHTTP: env.boolean("STILLS_WEBHOOK_ALLOW_HTTP", { default: false }),
    },
    linkKey: env.secretFile("STILLS_LINK_KEY_FILE", { minLength: 32 }),
    sealingPublicKey: readSealingKey(env),
    store: readObjectStoreSettings(env),
    limits: {
      bodyBytes: env.integer("STILLS_GATEWAY_MAX_BODY_BYTES", {
        default: 5 * 1024 * 1024,
        min: 1024,
        max: 64 * 1024 * 1024,
      }),
      receiveTimeoutSeconds: env.integer("STILLS_GATEWAY_RECEIVE_TIMEOUT_SECONDS", {
        default: 30,
        min: 1,
        max: 300,
      }),
      leaveSeconds: env.integer("STILLS_GATEWAY_LEAVE_SECONDS", { default: 5, min: 0, max: 120 }),
      drainSeconds: env.integer("STILLS_GATEWAY_DRAIN_SECONDS", {
        default: 100,
        min: 1,
        max: 900,
      }),
    },
  };
  env.throwIfInvalid();
  return config;
}

function readSealingKey(env: EnvReader): string | undefined {
  const name = "STILLS_SEALING_PUBLIC_KEY_FILE";
  if (!env.has(name)) return undefined;
  const pem = env.secretFile(name);
  const problem = sealingKeyProblem("Public", pem);
  if (problem !== undefined) env.refuse(name, problem);
  return pem;
}
