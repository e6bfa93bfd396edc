import { parseProxyGrant } from "../../api/messages/proxy-grant.ts";
import type { ProxyGrant, ProxyLimits, TrafficClass } from "../../api/messages/proxy-grant.ts";
import { openToken, signToken } from "./signed-token.ts";
import type { TokenFault } from "./signed-token.ts";

/** The content of STILLS_PROXY_KEY_FILE: text or bytes, at least 16. */
type ProxyKey = string | Uint8Array;

type TokenProblem = TokenFault | "Missing" | "Expired";

type TokenVerdict = { valid: true; grant: ProxyGrant } | { valid: false; problem: TokenProblem };

const mebibyte = 1024 * 1024;

/** Limits of a grant for which there is no reason to choose others. */
export const defaultProxyLimits: Readonly<Record<TrafficClass, Readonly<ProxyLimits>>> = {
  page: { bytes: 512 * mebibyte, requests: 5000, connections: 256 },
  "tenant-storage": { bytes: 256 * mebibyte, requests: 20, connections: 4 },
  webhook: { bytes: 64 * mebibyte, requests: 4, connections: 2 },
  store: { bytes: 256 * mebibyte, requests: 20, connections: 4 },
};

/** Longer texts are not worth a digest: 256 ranges of IPv6 addresses take 16,000 characters. */
export const maxTokenLength = 20_000;
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

/** Only the fields of a grant; undefined if one is missing or out of range. */
function grantOf(value: unknown): ProxyGrant | undefined {
  try {
    const { uid, attempt, class: trafficClass, limits, deny, expires } = parseProxyGrant(value);
    const { bytes, requests, connections } = limits;
    return {
      uid,
      attempt,
      class: trafficClass,
      limits: { bytes, requests, connections },
      ...(deny === undefined ? {} : { deny }),
      expires,
    };
  } catch {
    return undefined;
  }
}
