import type { Socket } from "node:net";
import { buildConnector } from "undici";
import { tunnelTimeoutSeconds } from "../../api/settings/tunnel-timeout.ts";
import { unlessAborted } from "../process/unless-aborted.ts";
import { openTunnel } from "./connect-client.ts";

interface ProxiedConnection {
  url: string;
  /** `http://host:port` of the egress proxy. */
  proxyURL: string;
  /** Goes to the proxy only. */
  proxyToken: string;
}

const tlsTimeoutMilliseconds = 10_000;
const upgradeToTLS = buildConnector({ timeout: tlsTimeoutMilliseconds });

/**
 * Connects to the host of a URL through a tunnel, for http too: the egress proxy opens tunnels and nothing else. With https the
 * certificate is checked. The caller owns the socket.
 * @throws TunnelRefused, or the error of the connection
 */
export async function connectThroughProxy(
  options: ProxiedConnection,
  signal: AbortSignal,
): Promise<Socket> {
  const proxy = new URL(options.proxyURL);
  const { protocol, host, hostname, port } = new URL(options.url);
  const { socket } = await openTunnel(
    {
      host: withoutBrackets(proxy.hostname),
      port: Number(proxy.port || defaultPortOf(proxy.protocol)),
    },
    {
      authority: `${hostname}:${port || defaultPortOf(protocol)}`,
      authorization: `Bearer ${options.proxyToken}`,
      timeoutMilliseconds: tunnelTimeoutSeconds * 1000,
      signal,
    },
  );
  if (protocol !== "https:") return socket;
  return await upgraded(socket, { protocol, host, hostname, port: port || "443" }, signal);
}

async function upgraded(
  httpSocket: Socket,
  target: Pick<buildConnector.Options, "protocol" | "host" | "hostname" | "port">,
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  upgradeToTLS({ ...target, httpSocket }, (...[problem, socket]) =>
    problem === null ? resolve(socket) : reject(problem),
  );
  try {
    return await unlessAborted(promise, [signal]);
  } catch (thrown) {
    httpSocket.destroy();
    throw thrown;
  }
}

function defaultPortOf(protocol: string): string {
  return protocol === "https:" ? "443" : "80";
}

/** The form of an IPv6 address that sockets take. */
function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
