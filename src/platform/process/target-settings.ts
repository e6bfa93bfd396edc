import { isIP } from "node:net";
import { parseTargetEntries, problemOfTargetEntry } from "../../core/targets/address-policy.ts";
import type { TargetEntry, TargetRules } from "../../core/targets/address-policy.ts";
import type { EnvReader } from "./env.ts";

/** The addresses that the operator allows beyond public ones, those it denies, and the domain of the cluster. */
export function readTargetRules(env: EnvReader): TargetRules {
  return {
    allow: entriesOf(readAllowedCIDRs(env)),
    deny: entriesOf(
      env.list("STILLS_EGRESS_DENY_CIDRS", {
        text: "Ranges (`CIDR` or `CIDR:port`) that are refused although they are public.",
        default: [],
        problemOf: problemOfTargetEntry,
      }),
    ),
    clusterDomain: env.string("STILLS_CLUSTER_DOMAIN", {
      text: "DNS domain of the cluster, whose names are refused before a lookup.",
      default: "cluster.local",
      pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/,
      allowed: "a DNS name in lower case, without a dot at its end",
      maxLength: 253,
    }),
  };
}

/** Name servers; empty: those of the system. */
export function readDNSServers(env: EnvReader): readonly string[] {
  return env.list("STILLS_EGRESS_DNS_SERVERS", {
    text: "Name servers to query.",
    defaultText: "those of the system",
    default: [],
    problemOf: problemOfDNSServer,
  });
}

/** Ranges as they are written. */
export function readAllowedCIDRs(env: EnvReader): string[] {
  return env.list("STILLS_EGRESS_ALLOW_CIDRS", {
    text: "Ranges (`CIDR` or `CIDR:port`) that are allowed although they are not public.",
    default: [],
    problemOf: problemOfTargetEntry,
  });
}

function entriesOf(texts: readonly string[]): TargetEntry[] {
  // The reader reports wrong entries together with other wrong settings.
  return parseTargetEntries(texts.filter((text) => problemOfTargetEntry(text) === undefined));
}

function problemOfDNSServer(text: string): string | undefined {
  return isServer(text)
    ? undefined
    : "an IP address, with a port as 10.0.0.10:5353 or [fd00::10]:5353";
}

function isServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const groups = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  if (groups === undefined) return false;
  const { six, four, port = "53" } = groups;
  const isAddress = six === undefined ? isIP(four ?? "") === 4 : isIP(six) === 6;
  return isAddress && Number(port) >= 1 && Number(port) <= 65_535;
}
