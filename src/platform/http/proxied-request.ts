import { Client, request } from "undici";
import type { buildConnector } from "undici";
import { Deadline } from "../process/deadline.ts";
import { connectThroughProxy } from "./proxied-connection.ts";

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

function connectorOf(options: ProxiedRequest, signal: AbortSignal): buildConnector.connector {
  const connect = async (callback: buildConnector.Callback): Promise<void> => {
    const socket = await connectThroughProxy(options, signal).catch((thrown: Error) => thrown);
    return socket instanceof Error ? callback(socket, null) : callback(null, socket);
  };
  return (_target, callback) => void connect(callback);
}

/** At most so many bytes of a body; the rest is not read. */
export async function readBeginning(
  body: AsyncIterable<Buffer>,
  limitBytes: number,
): Promise<Buffer> {
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
