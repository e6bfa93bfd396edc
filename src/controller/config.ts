import { natsUser } from "../api/nats-permissions.ts";
import type { EnvReader } from "../platform/process/env.ts";
import { readProbesConfig } from "../platform/process/probes.ts";
import type { ProbesConfig } from "../platform/process/probes.ts";

export interface ControllerConfig {
  probes: ProbesConfig;
  /** Path of a kubeconfig; without it the places that kubectl looks at or, in a pod, the service account. */
  kubeconfigPath: string | undefined;
  operatorNamespace: string;
  nats: {
    url: string;
    user: string;
    passwordFile: string | undefined;
    /** Only where there is no file, as in tests. */
    password?: string;
  };
  store: StoreConfig;
  attemptKey: string;
  proxyKey: string;
}

export interface StoreConfig {
  endpoint: string;
  publicEndpoint: string;
  region: string;
  bucket: string;
  accessKeyID: string;
  secretAccessKey: string;
}

const dnsLabel = { pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, allowed: "a DNS label" };
const httpProtocols = { protocols: ["http:", "https:"] };
/** Half of what HMAC-SHA256 digests at a time: shorter keys can be guessed. */
const keyRule = { minLength: 32 };

export function readControllerConfig(env: EnvReader): ControllerConfig {
  const config = {
    probes: readProbesConfig(env),
    kubeconfigPath: env.has("KUBECONFIG") ? env.string("KUBECONFIG") : undefined,
    operatorNamespace: env.string("STILLS_OPERATOR_NAMESPACE", dnsLabel),
    nats: {
      url: env.url("STILLS_NATS_URL", { protocols: ["nats:", "tls:"] }),
      user: env.string("STILLS_NATS_USER", { default: natsUser("controller") }),
      passwordFile: env.has("STILLS_NATS_PASSWORD_FILE")
        ? env.string("STILLS_NATS_PASSWORD_FILE")
        : undefined,
    },
    store: readStoreConfig(env),
    attemptKey: env.secretFile("STILLS_ATTEMPT_KEY_FILE", keyRule),
    proxyKey: env.secretFile("STILLS_PROXY_KEY_FILE", keyRule),
  };
  env.throwIfInvalid();
  return config;
}

function readStoreConfig(env: EnvReader): StoreConfig {
  const endpoint = env.url("STILLS_STORE_ENDPOINT", httpProtocols);
  return {
    endpoint,
    publicEndpoint: env.has("STILLS_STORE_PUBLIC_ENDPOINT")
      ? env.url("STILLS_STORE_PUBLIC_ENDPOINT", httpProtocols)
      : endpoint,
    region: env.string("STILLS_STORE_REGION", { default: "us-east-1" }),
    bucket: env.string("STILLS_STORE_BUCKET"),
    accessKeyID: env.secretFile("STILLS_STORE_ACCESS_KEY_ID_FILE"),
    secretAccessKey: env.secretFile("STILLS_STORE_SECRET_ACCESS_KEY_FILE"),
  };
}
