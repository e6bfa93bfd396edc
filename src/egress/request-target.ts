import { bareHostOf, portOf } from "../core/targets/target-policy.ts";
import type { HostAndPort } from "./config.ts";
import { targetNotAllowed } from "./refusal.ts";

/**
 * `host:port` of a CONNECT; the port may not be left out. The host goes through the WHATWG parser, so every way to write an
 * IPv4 address ends as dotted decimal: what is compared, looked up and logged is lower case, without brackets and without the
 * dot at the end. Throws a Refusal.
 */
export function parseAuthorityTarget(text: string): HostAndPort {
  if (!/^(?:\[[0-9a-f:.]+\]|[^\s/?#@:\\[\]]+):\d{1,5}$/i.test(text))
    throw targetNotAllowed("CONNECT wants host:port");
  const url = URL.parse(`http://${text}`);
  if (url === null) throw targetNotAllowed("The host or port of the request is not valid");
  const host = bareHostOf(url);
  if (host === "" || host.endsWith(".")) throw targetNotAllowed("The host name is not valid");
  return { host, port: portOf(url) };
}
