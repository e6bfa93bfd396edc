import { parseAddress } from "../../core/targets/address.ts";
import {
  bareHostOf,
  isLocalhostName,
  mayVisitURL,
  notPublicMessage,
  portOf,
} from "../../core/targets/target-policy.ts";
import { mayVisitAddress } from "../../core/targets/target-policy-rules.ts";
import type { TargetRules } from "../../core/targets/target-policy-rules.ts";

export interface WebhookTargetRules {
  targets: TargetRules;
  allowsHTTP: boolean;
}

export type WebhookTarget =
  | { kind: "Fine" }
  | { kind: "Refused"; message: string }
  /** Its name says nothing; `isInternal`: it is one that only the network inside can have. */
  | { kind: "Unresolved"; host: string; port: number; isInternal: boolean };

/** Names that no public server may have: reserved, or those of clusters and of networks at home. */
const internalSuffixes = [".svc", ".local", ".internal", ".localdomain", ".home.arpa", ".lan"];

/** What can be said of a webhook's address by looking at it, with what the egress proxy would say. */
export function judgeWebhookTarget(text: string, rules: WebhookTargetRules): WebhookTarget {
  const verdict = mayVisitURL(text, {
    rules: rules.targets,
    ...(!rules.allowsHTTP && { httpSwitch: "STILLS_WEBHOOK_ALLOW_HTTP" }),
  });
  if (!verdict.allowed) return { kind: "Refused", message: verdict.message };
  const host = bareHostOf(verdict.url);
  if (parseAddress(host) !== undefined || isLocalhostName(host)) return { kind: "Fine" };
  const isInternal =
    !host.includes(".") || internalSuffixes.some((suffix) => host.endsWith(suffix));
  // Without an exception by the operator there is no address that such a name could lead to.
  if (isInternal && rules.targets.allow.length === 0)
    return { kind: "Refused", message: notPublicMessage(host) };
  return { kind: "Unresolved", host, port: portOf(verdict.url), isInternal };
}

/** What follows from the addresses of a name; none: it was not found, or could not be looked up. */
export function judgeResolvedTarget(
  { host, port, isInternal }: Extract<WebhookTarget, { kind: "Unresolved" }>,
  addresses: readonly string[],
  { targets }: WebhookTargetRules,
): WebhookTarget {
  const isRefused =
    addresses.length === 0
      ? isInternal
      : !addresses.every((address) => mayVisitAddress(address, port, targets));
  return isRefused ? { kind: "Refused", message: notPublicMessage(host) } : { kind: "Fine" };
}
