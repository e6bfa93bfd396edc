import { parseAddress } from "../../core/targets/address.ts";
import {
  bareHostOf,
  isLocalhostName,
  mayVisitURL,
  notPublicMessage,
  portOf,
} from "../../core/targets/url-policy.ts";
import { mayVisitAddress } from "../../core/targets/address-policy.ts";
import type { TargetRules } from "../../core/targets/address-policy.ts";

export interface WebhookTargetRules {
  targets: TargetRules;
  allowsHTTP: boolean;
}

type WebhookTarget =
  | { kind: "Allowed" }
  | { kind: "Refused"; message: string }
  /** The host name must be resolved. `isInternal`: the name is one that only internal networks use. */
  | { kind: "Unresolved"; host: string; port: number; isInternal: boolean };

/** Suffixes that no public server has: reserved ones, and those of clusters and home networks. */
const internalSuffixes = [".svc", ".local", ".internal", ".localdomain", ".home.arpa", ".lan"];

/** Checks what the URL alone shows, with the sentences of the egress proxy. */
export function checkWebhookURL(text: string, rules: WebhookTargetRules): WebhookTarget {
  const verdict = mayVisitURL(text, {
    rules: rules.targets,
    ...(!rules.allowsHTTP && { httpSwitch: "STILLS_WEBHOOK_ALLOW_HTTP" }),
  });
  if (!verdict.allowed) return { kind: "Refused", message: verdict.message };
  const host = bareHostOf(verdict.url);
  if (parseAddress(host) !== undefined || isLocalhostName(host)) return { kind: "Allowed" };
  const isInternal =
    !host.includes(".") || internalSuffixes.some((suffix) => host.endsWith(suffix));
  // Such a name can only resolve to internal addresses, and the operator has allowed none.
  if (isInternal && rules.targets.allow.length === 0)
    return { kind: "Refused", message: notPublicMessage(host) };
  return { kind: "Unresolved", host, port: portOf(verdict.url), isInternal };
}

/** Checks the addresses of the host name; `addresses` is empty if it was not found or could not be resolved. */
export function checkResolvedTarget(
  { host, port, isInternal }: Extract<WebhookTarget, { kind: "Unresolved" }>,
  addresses: readonly string[],
  { targets }: WebhookTargetRules,
): WebhookTarget {
  const isRefused =
    addresses.length === 0
      ? isInternal
      : !addresses.every((address) => mayVisitAddress(address, port, targets));
  return isRefused ? { kind: "Refused", message: notPublicMessage(host) } : { kind: "Allowed" };
}
