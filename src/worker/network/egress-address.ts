import { bareHostOf, portOf } from "../../core/targets/url-policy.ts";

/** Host, an IPv6 address without brackets, and port of the egress proxy's URL. */
export function egressAddress(egressURL: string): { host: string; port: number } {
  const url = new URL(egressURL);
  return { host: bareHostOf(url), port: portOf(url) };
}
