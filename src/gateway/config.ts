import type { JobProofSettings } from "../core/tokens/job-proof.ts";
import { natsUser } from "../api/rights/nats-permissions.ts";
import { readNatsSettings, type NatsSettings } from "../platform/nats/nats-settings.ts";
import {
  readObjectStoreSettings,
  type ObjectStoreSettings,
} from "../platform/objects/object-store-settings.ts";
import type { EnvReader } from "../platform/process/env.ts";
import { sealingKeyProblem } from "../platform/sealing/sealing-keys.ts";
import { readDNSServers, readTargetRules } from "../platform/process/target-settings.ts";
import {
  readClassName,
  readEgressURL,
  readJobProofSettings,
  readKubeconfigPath,
  readLinkKey,
  readAccountsNamespace,
  readPublicURL,
  readStorageAllowsHTTP,
  readWebhookAllowsHTTP,
} from "../platform/process/shared-settings.ts";
import { readProbesConfig, type ProbesConfig } from "../platform/process/probes.ts";
import type { WebhookURLRules } from "./webhooks/webhook-url-validator.ts";

export interface GatewayConfig {
  probes: ProbesConfig;
  kubeconfigPath: string | undefined;
  accountsNamespace: string;
  /** Only jobs with this `spec.className` are the installation's. */
  className: string;
  nats: NatsSettings;
  listen: { host: string; port: number };
  /** Where callers reach the gateways, without a slash at its end. */
  publicURL: string;
  /** Whether `/` is a page to try calls on. */
  playground: boolean;
  /** Signs `screenshot_url`; all gateways and controllers share it. */
  linkKey: string;
  jobProof: JobProofSettings;
  /** PEM; without it, options that carry secrets are refused. */
  sealingPublicKey?: string | undefined;
  /** The egress proxy: webhooks take the same road as pages. */
  egressURL: string;
  /** As the egress proxy has them, so that a webhook that it would refuse is refused at once. */
  webhooks: WebhookURLRules;
  /** Whether buckets of callers may be reached without TLS. */
  storageAllowsHTTP: boolean;
  /** Read-only. */
  store: ObjectStoreSettings;
  limits: {
    bodyBytes: number;
    bodyBudgetBytes: number;
    maxConnections: number;
    headersTimeoutSeconds: number;
    receiveTimeoutSeconds: number;
    leaveSeconds: number;
    drainSeconds: number;
  };
}

export function readGatewayConfig(env: EnvReader): GatewayConfig {
  const port = env.integer("STILLS_GATEWAY_PORT", {
    text: "Port to listen on; 0 is any free one.",
    default: 8080,
    min: 0,
    max: 65_535,
  });
  const config = {
    probes: readProbesConfig(env),
    kubeconfigPath: readKubeconfigPath(env),
    accountsNamespace: readAccountsNamespace(env),
    className: readClassName(env),
    nats: readNatsSettings(env, natsUser("gateway")),
    listen: {
      host: env.string("STILLS_GATEWAY_HOST", {
        text: "Address to listen on.",
        default: "0.0.0.0",
      }),
      port,
    },
    publicURL: readPublicURL(env, `http://localhost:${port}`),
    playground: env.boolean("STILLS_GATEWAY_PLAYGROUND", {
      text: "Whether `/` is a page to try calls on; without it, `/` is not found. The pages on options and errors stay.",
      default: true,
    }),
    egressURL: readEgressURL(env),
    webhooks: {
      targets: readTargetRules(env),
      dnsServers: readDNSServers(env),
      allowsHTTP: readWebhookAllowsHTTP(env),
    },
    storageAllowsHTTP: readStorageAllowsHTTP(env),
    linkKey: readLinkKey(env),
    jobProof: readJobProofSettings(env),
    sealingPublicKey: readSealingKey(env),
    store: readObjectStoreSettings(env),
    limits: readLimits(env),
  };
  env.throwIfInvalid();
  return config;
}

function readLimits(env: EnvReader): GatewayConfig["limits"] {
  const limits = {
    bodyBytes: env.integer("STILLS_GATEWAY_MAX_BODY_BYTES", {
      text: "The largest request body that is accepted.",
      default: 5 * 1024 * 1024,
      min: 1024,
      max: 64 * 1024 * 1024,
    }),
    bodyBudgetBytes: env.integer("STILLS_GATEWAY_BODY_BUDGET_BYTES", {
      text: "How many bytes all request bodies may have at a time; calls beyond that get 503. A quarter is for callers whose key is not in header or query.",
      default: 128 * 1024 * 1024,
      min: 2 * 1024 * 1024,
      max: 4 * 1024 * 1024 * 1024,
    }),
    maxConnections: env.integer("STILLS_GATEWAY_MAX_CONNECTIONS", {
      text: "How many connections may be open; further ones are closed at once.",
      default: 2048,
      min: 8,
      max: 65_536,
    }),
    headersTimeoutSeconds: env.integer("STILLS_GATEWAY_HEADERS_TIMEOUT_SECONDS", {
      text: "How long a caller may take to send the headers of a request.",
      default: 10,
      min: 1,
      max: 300,
    }),
    receiveTimeoutSeconds: env.integer("STILLS_GATEWAY_RECEIVE_TIMEOUT_SECONDS", {
      text: "How long a caller may take to send its request.",
      default: 30,
      min: 1,
      max: 300,
    }),
    leaveSeconds: env.integer("STILLS_GATEWAY_LEAVE_SECONDS", {
      text: "How long new connections are accepted after SIGTERM, until load balancers have noticed.",
      default: 5,
      min: 0,
      max: 120,
    }),
    drainSeconds: env.integer("STILLS_GATEWAY_DRAIN_SECONDS", {
      text: "How long responses may take after the gateway has stopped accepting connections.",
      default: 100,
      min: 1,
      max: 900,
    }),
  };
  const { bodyBytes, bodyBudgetBytes } = limits;
  if (bodyBudgetBytes < 2 * bodyBytes)
    env.refuse(
      "STILLS_GATEWAY_BODY_BUDGET_BYTES",
      `at least ${2 * bodyBytes}, twice STILLS_GATEWAY_MAX_BODY_BYTES`,
    );
  return limits;
}

function readSealingKey(env: EnvReader): string | undefined {
  const name = "STILLS_SEALING_PUBLIC_KEY_FILE";
  if (!env.has(name)) return undefined;
  const pem = env.secretFile("STILLS_SEALING_PUBLIC_KEY_FILE", {
    text: "File with the public key (PEM) that encrypts the secrets of calls; without it, calls with secrets are refused.",
  });
  const problem = sealingKeyProblem("Public", pem);
  if (problem !== undefined) env.refuse(name, problem);
  return pem;
}
