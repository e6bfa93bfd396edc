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
  /** The host name must be resolved. */
  | { kind: "Unresolved"; host: string; port: number };

/** Checks what the URL alone shows, with the sentences of the egress proxy. */
export function checkWebhookURL(text: string, rules: WebhookTargetRules): WebhookTarget {
  const verdict = mayVisitURL(text, {
    rules: rules.targets,
    ...(!rules.allowsHTTP && { httpSwitch: "STILLS_WEBHOOK_ALLOW_HTTP" }),
  });
  if (!verdict.allowed) return { kind: "Refused", message: verdict.message };
  const host = bareHostOf(verdict.url);
  if (parseAddress(host) !== undefined || isLocalhostName(host)) return { kind: "Allowed" };
  return { kind: "Unresolved", host, port: portOf(verdict.url) };
}

/** Checks the addresses of the host name; `addresses` is empty if it was not found or could not be resolved. */
export function checkResolvedTarget(
  { host, port }: Extract<WebhookTarget, { kind: "Unresolved" }>,
  addresses: readonly string[],
  { targets }: WebhookTargetRules,
): WebhookTarget {
  const isAllowed = addresses.every((address) => mayVisitAddress(address, port, targets));
  return isAllowed ? { kind: "Allowed" } : { kind: "Refused", message: notPublicMessage(host) };
}
