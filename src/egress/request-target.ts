import { bareHostOf, portOf } from "../core/targets/url-policy.ts";
import type { HostAndPort } from "./config.ts";
import { targetNotAllowed } from "./refusal.ts";

/**
 * Parses the `host:port` of a CONNECT; the port is required. The WHATWG URL parser normalizes the host, so that every spelling of an
 * IPv4 address becomes dotted decimal, names become lower case, and brackets and a trailing dot are removed. Throws a Refusal.
 */
export function parseAuthorityTarget(text: string): HostAndPort {
  if (!/^(?:\[[0-9a-f:.]+\]|[^\s/?#@:\\[\]]+):\d{1,5}$/i.test(text))
    throw targetNotAllowed("CONNECT requires host:port");
  const url = URL.parse(`http://${text}`);
  if (url === null) throw targetNotAllowed("The host or port of the request is not valid");
  const host = bareHostOf(url);
  if (host === "" || host.endsWith(".")) throw targetNotAllowed("The host name is not valid");
  return { host, port: portOf(url) };
}
