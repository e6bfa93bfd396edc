import { Pool, ProxyAgent, request } from "undici";
import type { Dispatcher } from "undici";

export interface ProxiedRequest {
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
  signal: AbortSignal;
}

export interface ProxiedAnswer {
  statusCode: number;
  headers: Record<string, string>;
  /** The beginning of the body, at most 64 KiB. */
  text: string;
}

/** The proxy did not open a tunnel. */
export class TunnelRefused extends Error {
  readonly statusCode: number;
  /** `X-Stills-Reason` of its answer. */
  readonly reason: string | undefined;

  constructor(statusCode: number, reason: string | undefined) {
    super(
      `The egress proxy refused the tunnel (HTTP ${statusCode}, ${reason ?? "no reason given"})`,
    );
    this.name = "TunnelRefused";
    this.statusCode = statusCode;
    this.reason = reason;
  }
}

const connectTimeoutMilliseconds = 10_000;
const textLimitBytes = 65_536;

/**
 * One request through the egress proxy, on a connection of its own (the token belongs to one job). Redirects are not
 * followed.
 * @throws TunnelRefused, whatever else went wrong on the way (no proxy, no host, time-out), or the signal's reason.
 */
export async function sendThroughProxy(options: ProxiedRequest): Promise<ProxiedAnswer> {
  const limit = AbortSignal.timeout(options.timeoutMilliseconds);
  const dispatcher = new ProxyAgent({
    uri: options.proxyURL,
    token: `Bearer ${options.proxyToken}`,
    // For http, too: the egress proxy opens tunnels and nothing else.
    proxyTunnel: true,
    connectTimeout: connectTimeoutMilliseconds,
    clientFactory: createProxyClient,
  });
  try {
    const answer = await request(options.url, {
      method: options.method,
      headers: options.headers,
      ...(options.body !== undefined && { body: options.body }),
      dispatcher,
      signal: AbortSignal.any([options.signal, limit]),
    });
    const text = await readBeginning(answer.body);
    return { statusCode: answer.statusCode, headers: flatten(answer.headers), text };
  } catch (thrown) {
    options.signal.throwIfAborted();
    throw thrown;
  } finally {
    await dispatcher.destroy();
  }
}

/** Of a refused tunnel undici tells the status alone, and only as text. */
function createProxyClient(origin: URL, options: object): Dispatcher {
  const client = new Pool(origin, options);
  const connect = client.connect.bind(client) as (
    order: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const refusing = async (order: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const answer = await connect(order);
    if (answer.statusCode === 200) return answer;
    answer.socket.on("error", () => undefined).destroy();
    const reason = answer.headers["x-stills-reason"];
    throw new TunnelRefused(answer.statusCode, typeof reason === "string" ? reason : undefined);
  };
  client.connect = refusing as typeof client.connect;
  return client;
}

async function readBeginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= textLimitBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, textLimitBytes).toString();
}

function flatten(
  headers: Record<string, string | readonly string[] | undefined>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  return flat;
}
