import { isReason } from "../../api/reasons/reasons.ts";
import type { Reason } from "../../api/reasons/reasons.ts";
import type { TunnelRefused } from "../../platform/http/connect-client.ts";

/** What the egress proxy said when it refused a target. */
export interface EgressRefusal {
  reason: Reason;
  message: string;
}

export const egressUnreachable: EgressRefusal = {
  reason: "EgressUnavailable",
  message: "The egress proxy of Stills could not be reached",
};

const longestMessage = 500;

/** What the egress proxy refused a tunnel for; undefined when it was another proxy that did. */
export function egressRefusalOf({
  reason,
  body,
  authority,
}: TunnelRefused): EgressRefusal | undefined {
  if (reason === undefined || !isReason(reason)) return undefined;
  return { reason, message: messageIn(body) ?? sentenceOf(reason, authority) };
}

/** The message of a refusal's JSON body. */
function messageIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message.slice(0, longestMessage) : undefined;
  } catch {
    return undefined;
  }
}

/** For a refusal whose message did not come with it. */
function sentenceOf(reason: Reason, target: string): string {
  if (reason === "TargetNotAllowed")
    return `${target} may not be visited: its name is internal, its address is not public, or browsers block its port; an operator can allow an address with STILLS_EGRESS_ALLOW_CIDRS`;
  if (reason === "NameNotResolved")
    return `The host name of ${target} does not exist; check its spelling`;
  if (reason === "TransferLimitExceeded") return "The page loaded more than one job may load";
  return `No connection to ${target}; check the port and that the server is up`;
}
