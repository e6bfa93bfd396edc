import { isIP } from "node:net";
import type { EnvReader } from "../../platform/process/env.ts";

/** Where a TCP connection can be opened to. */
export interface Address {
  host: string;
  port: number;
}

const allowed = "host:port, with an IPv6 address in brackets and a port from 1 to 65535";

/** Addresses that NetworkPolicies have to keep the worker from, in a pod with the API server; undefined if that is not checked. */
export function readForbiddenAddresses(env: EnvReader): Address[] | undefined {
  const isRequired = env.boolean("STILLS_REQUIRE_NETWORK_POLICY", {
    text: "Whether the worker takes no work while it can reach a forbidden address.",
    default: false,
  });
  const entries = env.list("STILLS_FORBIDDEN_ADDRESSES", {
    text: "Addresses (`host:port`) that NetworkPolicies must keep the worker from; in a pod, the API server's is added.",
    default: [],
    problemOf: (entry) => (parseAddress(entry) === undefined ? allowed : undefined),
  });
  const addresses = entries.map(parseAddress).filter((address) => address !== undefined);
  if (env.has("KUBERNETES_SERVICE_HOST") && env.has("KUBERNETES_SERVICE_PORT"))
    addresses.push({
      host: env.string("KUBERNETES_SERVICE_HOST", {
        text: "Set by the kubelet: host of the API server, which is a forbidden address too.",
      }),
      port: env.integer("KUBERNETES_SERVICE_PORT", {
        text: "Set by the kubelet: port of the API server.",
        min: 1,
        max: 65_535,
      }),
    });
  if (!isRequired) return undefined;
  if (addresses.length === 0)
    env.refuse("STILLS_REQUIRE_NETWORK_POLICY", "false where STILLS_FORBIDDEN_ADDRESSES is empty");
  return addresses;
}

/** `host:port` or `[address]:port`. */
function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  if (host === undefined || !(port >= 1 && port <= 65_535)) return undefined;
  if (bracketed !== undefined && isIP(bracketed) !== 6) return undefined;
  return { host, port };
}
