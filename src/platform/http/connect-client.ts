import { request as openRequest } from "node:http";
import type { IncomingHttpHeaders, RequestOptions } from "node:http";
import type { Socket } from "node:net";

/** The proxy: at an address, or at the other end of a connection that is open already. */
type ProxyLocation = { host: string; port: number } | { socket: Socket };

interface TunnelRequest {
  /** `host:port` of the target. */
  authority: string;
  /** Value of `Proxy-Authorization`. */
  authorization: string | undefined;
  /** For the proxy's answer. */
  timeoutMilliseconds: number;
  /** Ends the attempt. */
  signal: AbortSignal;
}

export interface Tunnel {
  socket: Socket;
  /** Of the proxy's answer. */
  headers: IncomingHttpHeaders;
}

/** A proxy answered a CONNECT with something else than 200. */
export class TunnelRefused extends Error {
  readonly statusCode: number;
  /** What the tunnel was to lead to, `host:port`. */
  readonly authority: string;
  /** `X-Stills-Reason`, which the egress proxy of Stills sends and others do not. */
  readonly reason: string | undefined;
  /** What came of the body in one piece with the head; the egress proxy sends all of it so. */
  readonly body: string;

  constructor({ statusCode, authority, reason, body }: Omit<TunnelRefused, keyof Error>) {
    super(`A proxy refused a tunnel (HTTP ${statusCode}, ${reason ?? "no reason given"})`);
    this.name = "TunnelRefused";
    this.statusCode = statusCode;
    this.authority = authority;
    this.reason = reason;
    this.body = body;
  }
}

/**
 * Opens a tunnel through an HTTP proxy with CONNECT (RFC 9110, 9.3.6). The caller owns the socket.
 * @throws TunnelRefused, the error of the connection (ETIMEDOUT when there is no answer in time), or an AbortError
 */
export async function openTunnel(proxy: ProxyLocation, wanted: TunnelRequest): Promise<Tunnel> {
  const { authority, authorization, timeoutMilliseconds, signal } = wanted;
  const connection: RequestOptions =
    "socket" in proxy
      ? { createConnection: () => proxy.socket }
      : { host: proxy.host, port: proxy.port, agent: false };
  const connect = openRequest({
    ...connection,
    method: "CONNECT",
    path: authority,
    headers: {
      host: authority,
      ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
    },
    signal,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Tunnel>();
  connect.setTimeout(timeoutMilliseconds, () => connect.destroy(timedOut()));
  connect.once("error", reject);
  connect.once("connect", ({ statusCode = 502, headers }, socket, head) => {
    socket.setTimeout(0);
    if (statusCode === 200) {
      if (head.length > 0) socket.unshift(head);
      return resolve({ socket, headers });
    }
    socket.destroy();
    const reason = headers["x-stills-reason"];
    return reject(
      new TunnelRefused({
        statusCode,
        authority,
        reason: typeof reason === "string" ? reason : undefined,
        body: head.toString(),
      }),
    );
  });
  connect.end();
  return await promise;
}

function timedOut(): Error {
  return Object.assign(new Error("A proxy did not answer in time"), { code: "ETIMEDOUT" });
}
