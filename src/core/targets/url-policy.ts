import { longestURL } from "../../api/options/text-rules.ts";
import { isPortAllowed } from "./target-ports.ts";
import { parseAddress } from "./address.ts";
import { mayVisitAddress } from "./address-policy.ts";
import { internalNameMessage, isInternalName } from "./internal-name.ts";
import type { TargetRules } from "./address-policy.ts";

type VisitVerdict = { allowed: true; url: URL } | { allowed: false; message: string };

export interface VisitOptions {
  /** With rules, a host that is an address or an internal name is judged at once; without, that is left to the egress proxy. */
  rules?: TargetRules;
  /** For webhooks and storage: the switch that would allow http. Without it, http is as good as https. */
  httpSwitch?: "STILLS_WEBHOOK_ALLOW_HTTP" | "STILLS_STORAGE_ALLOW_HTTP";
}

/**
 * Whether a URL may be visited, as far as that can be said without resolving its name: http or https, no credentials, a
 * port that Chromium opens, at most `longestURL` characters. The message is a sentence for the job's owner; it holds
 * neither path nor query.
 */
export function mayVisitURL(text: string, options: VisitOptions = {}): VisitVerdict {
  if (text.length > longestURL)
    return refused(`The address has ${text.length} characters; at most ${longestURL} are allowed`);
  const url = URL.parse(text);
  if (url === null) return refused("The address is not a valid URL; write it as https://host/path");
  const message = problemOfScheme(url, options) ?? problemOfHost(url, options);
  return message === undefined ? { allowed: true, url } : refused(message);
}

/** The host in the form that is compared and resolved: no brackets, no final dot, lower case (by the URL parser). */
export function bareHostOf(url: URL): string {
  const { hostname } = url;
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
}

/** The port that is connected to; the scheme's own where the URL has none. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" || url.protocol === "wss:" ? 443 : 80;
}

/** `localhost` and every name below it, which RFC 6761 reserves for loopback. */
export function isLocalhostName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

/** The message for a target that is not public. It never contains the resolved address. */
export function notPublicMessage(host: string): string {
  return `The address of ${host} is not public, so it may not be visited; an operator can allow it with STILLS_EGRESS_ALLOW_CIDRS`;
}

function problemOfScheme(url: URL, options: VisitOptions): string | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return `The address begins with "${url.protocol}"; only http: and https: may be visited`;
  if (url.protocol === "http:" && options.httpSwitch !== undefined)
    return `The address of ${url.hostname} must begin with https:; an operator can allow http with ${options.httpSwitch}=true`;
  if (url.username !== "" || url.password !== "")
    return "The address contains a user name or password; remove the part before '@'";
  return undefined;
}

function problemOfHost(url: URL, { rules }: VisitOptions): string | undefined {
  const host = bareHostOf(url);
  const port = portOf(url);
  if (host === "" || host.endsWith("."))
    return "The address has no valid host name; write it as https://host/path";
  if (!isPortAllowed(port)) return `Port ${port} of ${host} may not be visited; browsers block it`;
  return rules === undefined ? undefined : problemOfTarget(host, port, rules);
}

/** What the host's text alone shows. */
function problemOfTarget(host: string, port: number, rules: TargetRules): string | undefined {
  const addresses = (isLocalhostName(host) ? loopbackAddresses : [host])
    .map(parseAddress)
    .filter((address) => address !== undefined);
  if (addresses.length === 0)
    return isInternalName(host, rules.clusterDomain) ? internalNameMessage(host) : undefined;
  return addresses.some((address) => mayVisitAddress(address, port, rules))
    ? undefined
    : notPublicMessage(host);
}

/** The addresses of `localhost`, which is not resolved. */
export const loopbackAddresses: readonly string[] = ["127.0.0.1", "::1"];

function refused(message: string): VisitVerdict {
  return { allowed: false, message };
}
