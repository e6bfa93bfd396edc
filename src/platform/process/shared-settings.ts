import { defaultClassName } from "../../api/settings/kubernetes-names.ts";
import type { JobProofSettings } from "../../core/tokens/job-proof.ts";
import type { EnvReader } from "./env.ts";

/** Settings that more than one role reads, so that each is described once. */

const httpProtocols = ["http:", "https:"];

/** Half of the block that HMAC-SHA256 works on: shorter keys can be guessed. */
const shortestKey = 32;

/** Path of a kubeconfig; undefined: where kubectl looks or, in a pod, the service account. */
export function readKubeconfigPath(env: EnvReader): string | undefined {
  if (!env.has("KUBECONFIG")) return undefined;
  return env.string("KUBECONFIG", {
    text: "The kubeconfig to use.",
    defaultText: "where kubectl looks, or the pod's service account",
  });
}

const namespaceName = { pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, allowed: "a DNS label" };

export function readOperatorNamespace(env: EnvReader): string {
  return env.string("STILLS_OPERATOR_NAMESPACE", {
    text: "Namespace of the lease and the pools.",
    ...namespaceName,
  });
}

export function readAccountsNamespace(env: EnvReader): string {
  return env.string("STILLS_ACCOUNTS_NAMESPACE", {
    text: "Namespace of the accounts and the Secrets that they name; nothing else belongs there.",
    ...namespaceName,
  });
}

export function readClassName(env: EnvReader): string {
  return env.string("STILLS_CLASS_NAME", {
    text: "Class of the installation: its controllers take the jobs with this `spec.className`, and its gateways make such jobs.",
    default: defaultClassName,
    pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    allowed: "a DNS label",
  });
}

export function readEgressURL(env: EnvReader): string {
  return env.url("STILLS_EGRESS_URL", { text: "The egress proxy.", protocols: ["http:"] });
}

/** The S3 server that the operator uses. */
export function readStoreEndpoint(env: EnvReader): string {
  return env.url("STILLS_STORE_ENDPOINT", {
    text: "The S3 server; for egress, the one that uploads may reach.",
    protocols: httpProtocols,
  });
}

export function readWebhookAllowsHTTP(env: EnvReader): boolean {
  return env.boolean("STILLS_WEBHOOK_ALLOW_HTTP", {
    text: "Whether webhooks may be sent without TLS; for trials.",
    default: false,
  });
}

export function readStorageAllowsHTTP(env: EnvReader): boolean {
  return env.boolean("STILLS_STORAGE_ALLOW_HTTP", {
    text: "Whether buckets of users may be reached without TLS; for trials.",
    default: false,
  });
}

/** Where callers reach the gateways, without a slash at its end. */
export function readPublicURL(env: EnvReader, preset: string): string {
  const url = env.url("STILLS_GATEWAY_PUBLIC_URL", {
    text: "Where callers reach the gateways: for links in answers and webhooks.",
    protocols: httpProtocols,
    default: preset,
    defaultText: "`http://localhost:8080`",
  });
  return url.replace(/\/+$/, "");
}

export function readLinkKey(env: EnvReader): string {
  return env.secretFile("STILLS_LINK_KEY_FILE", {
    text: "Key that signs links to pictures; every controller and gateway has the same.",
    minLength: shortestKey,
  });
}

export function readJobProofSettings(env: EnvReader): JobProofSettings {
  const key = env.secretFile("STILLS_JOB_PROOF_KEY_FILE", {
    text: "Key of the proofs that a job was created by a gateway; every controller and gateway has the same.",
    minLength: shortestKey,
  });
  const name = "STILLS_JOB_PROOF_REQUIRED_FROM";
  if (!env.has(name)) return { key, requiredFromMilliseconds: 0 };
  const allowed = "a time such as 2026-11-30T12:00:00Z";
  const time = env.string(name, {
    text: "Jobs created before this time count for their account without a proof: gateways of an earlier version gave none.",
    defaultText: "every job needs one",
    pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
    allowed,
  });
  const requiredFromMilliseconds = Date.parse(time);
  // A month or an hour that does not exist; a comparison with it would be false for every job.
  if (time !== "" && Number.isNaN(requiredFromMilliseconds)) env.refuse(name, allowed);
  return { key, requiredFromMilliseconds };
}

/** @param minLength in characters; the controller, which signs, takes no key that could be guessed */
export function readProxyKey(env: EnvReader, minLength = shortestKey): string {
  return env.secretFile("STILLS_PROXY_KEY_FILE", {
    text: "Key of the tokens for the egress proxy; controller and egress have the same.",
    minLength,
  });
}
