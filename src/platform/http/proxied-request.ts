import { buildConnector, Client, request } from "undici";
import { tunnelTimeoutSeconds } from "../../api/settings/tunnel-timeout.ts";
import { Deadline } from "../process/deadline.ts";
import { openTunnel } from "./connect-client.ts";
import type { Tunnel } from "./connect-client.ts";

interface ProxiedRequest {
  url: string;
  method: "GET" | "PUT" | "POST";
  headers: Record<string, string>;
  body?: Uint8Array;
  /** `http://host:port` of the egress proxy. */
  proxyURL: string;
  /** Goes to the proxy only. */
  proxyToken: string;
  /** From the first byte sent until the last one received. */
  timeoutMilliseconds: number;
  /** How much of the answer is read; default 64 KiB. */
  answerLimitBytes?: number;
  signal: AbortSignal;
}

interface ProxiedAnswer {
  statusCode: number;
  headers: Record<string, string>;
  /** The beginning of the body, at most `answerLimitBytes`. */
  bytes: Buffer;
  /** The first 64 KiB of it. */
  text: string;
}

const tlsTimeoutMilliseconds = 10_000;
const textLimitBytes = 65_536;

/**
 * One request through the egress proxy, on a connection of its own, since the token belongs to one job. Redirects are not
 * followed.
 * @throws TunnelRefused, the error of the connection (no proxy, no host, no time left), or the signal's reason
 */
export async function sendThroughProxy(options: ProxiedRequest): Promise<ProxiedAnswer> {
  const { url, method, headers, body, timeoutMilliseconds } = options;
  using deadline = new Deadline({ milliseconds: timeoutMilliseconds, parents: [options.signal] });
  const { signal } = deadline;
  const dispatcher = new Client(new URL(url).origin, { connect: connectorOf(options, signal) });
  try {
    const answer = await request(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      dispatcher,
      signal,
    });
    const bytes = await readBeginning(answer.body, options.answerLimitBytes ?? textLimitBytes);
    const text = bytes.subarray(0, textLimitBytes).toString();
    return { statusCode: answer.statusCode, headers: flatten(answer.headers), bytes, text };
  } catch (thrown) {
    options.signal.throwIfAborted();
    throw thrown;
  } finally {
    await dispatcher.destroy();
  }
}

/** Connects through a tunnel, for http too: the egress proxy opens tunnels and nothing else. */
function connectorOf(options: ProxiedRequest, signal: AbortSignal): buildConnector.connector {
  const upgradeToTLS = buildConnector({ timeout: tlsTimeoutMilliseconds });
  const connect = async (
    target: buildConnector.Options,
    callback: buildConnector.Callback,
  ): Promise<void> => {
    const tunnel = await openTunnelTo(options, signal).catch((thrown: Error) => thrown);
    if (tunnel instanceof Error) return callback(tunnel, null);
    if (target.protocol !== "https:") return callback(null, tunnel.socket);
    upgradeToTLS({ ...target, httpSocket: tunnel.socket }, callback);
  };
  return (target, callback) => void connect(target, callback);
}

async function openTunnelTo(options: ProxiedRequest, signal: AbortSignal): Promise<Tunnel> {
  const proxy = new URL(options.proxyURL);
  const { protocol, hostname, port } = new URL(options.url);
  return await openTunnel(
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
}

function defaultPortOf(protocol: string): string {
  return protocol === "https:" ? "443" : "80";
}

/** The form of an IPv6 address that sockets take. */
function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

async function readBeginning(body: AsyncIterable<Buffer>, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limitBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, limitBytes);
}

function flatten(
  headers: Record<string, string | readonly string[] | undefined>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  return flat;
}
