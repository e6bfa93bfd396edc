import { openToken, signToken } from "./signed-token.ts";
import type { TokenFault } from "./signed-token.ts";

/** The content of STILLS_PROXY_KEY_FILE: text or bytes, at least 16. */
export type ProxyKey = string | Uint8Array;

/** What a token lets its holder reach: `src/egress` has one rule for each. */
export const trafficClasses = ["page", "tenant-storage", "webhook", "store"] as const;

export type TrafficClass = (typeof trafficClasses)[number];

/** What one token may use up, over all the connections that present it at one egress replica. */
export interface ProxyLimits {
  /** Of both directions together. */
  bytes: number;
  /** Tunnels asked for, over all time; one carries as many HTTP requests as its two ends like. */
  requests: number;
  /** Open to origins at the same time. */
  connections: number;
}

/** What the controller (or, for webhooks, whoever holds the key) grants to one attempt of one job. */
export interface ProxyGrant {
  uid: string;
  /** From 1. */
  attempt: number;
  class: TrafficClass;
  limits: ProxyLimits;
  /** Epoch seconds; open connections end at this moment too. */
  expires: number;
}

export type TokenProblem = TokenFault | "Missing" | "Expired";

export type TokenVerdict =
  { valid: true; grant: ProxyGrant } | { valid: false; problem: TokenProblem };

const mebibyte = 1024 * 1024;

/** Limits for whoever signs and has no reason to choose others. */
export const defaultProxyLimits: Readonly<Record<TrafficClass, Readonly<ProxyLimits>>> = {
  page: { bytes: 512 * mebibyte, requests: 5000, connections: 256 },
  "tenant-storage": { bytes: 256 * mebibyte, requests: 20, connections: 4 },
  webhook: { bytes: 64 * mebibyte, requests: 4, connections: 2 },
  store: { bytes: 256 * mebibyte, requests: 20, connections: 4 },
};

/** Longer texts are not worth a digest. */
const maxTokenLength = 2048;
const shortestKeyBytes = 16;

/**
 * A signed token that holds the grant, sent as `Proxy-Authorization: Bearer <token>`.
 * Throws a TypeError for a grant that `verifyProxyToken` would refuse, and for a key under 16 bytes.
 */
export function signProxyToken(grant: ProxyGrant, key: ProxyKey): string {
  const checked = grantOf(grant);
  if (checked === undefined) throw new TypeError("The proxy grant has a field out of range");
  return signToken(checked, requireLong(key));
}

/** Checks the signature in constant time, then the expiry against the clock the caller passes. Never throws for a bad token. */
export function verifyProxyToken(
  token: string,
  key: ProxyKey,
  nowMilliseconds: number,
): TokenVerdict {
  if (token === "") return { valid: false, problem: "Missing" };
  if (token.length > maxTokenLength) return { valid: false, problem: "Malformed" };
  const opened = openToken(token, requireLong(key));
  if (!opened.valid) return opened;
  const grant = grantOf(opened.payload);
  if (grant === undefined) return { valid: false, problem: "Malformed" };
  if (nowMilliseconds >= grant.expires * 1000) return { valid: false, problem: "Expired" };
  return { valid: true, grant };
}

/** Bearer token of `Proxy-Authorization`; "" if there is none or it has another form. */
export function bearerTokenOf(header: string | undefined): string {
  return /^bearer +(?<token>[\w.-]+)$/i.exec(header ?? "")?.groups?.["token"] ?? "";
}

function requireLong(key: ProxyKey): ProxyKey {
  if (key.length < shortestKeyBytes)
    throw new TypeError(`The proxy key must have at least ${shortestKeyBytes} bytes`);
  return key;
}

function grantOf(value: unknown): ProxyGrant | undefined {
  if (!isRecord(value) || !isRecord(value["limits"])) return undefined;
  const { uid, attempt, class: trafficClass, expires } = value;
  const { bytes, requests, connections } = value["limits"];
  if (typeof uid !== "string" || uid === "" || uid.length > 128) return undefined;
  if (!isTrafficClass(trafficClass)) return undefined;
  if (!isPositive(attempt) || !isPositive(expires)) return undefined;
  if (!isPositive(bytes) || !isPositive(requests) || !isPositive(connections)) return undefined;
  return { uid, attempt, class: trafficClass, limits: { bytes, requests, connections }, expires };
}

function isTrafficClass(value: unknown): value is TrafficClass {
  return trafficClasses.some((known) => known === value);
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
