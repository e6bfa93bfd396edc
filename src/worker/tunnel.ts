import { request as openRequest } from "node:http";
import type { RequestOptions } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isReason, type Reason } from "../api/reasons.ts";

/** Who is asked for a tunnel: a proxy at an address, or at the other end of a connection that is there already. */
export type TunnelVia = { host: string; port: number } | { socket: Socket };

export interface TunnelRequest {
  /** `host:port` of the target. */
  authority: string;
  /** Value of Proxy-Authorization. */
  authorization: string | undefined;
  timeoutMilliseconds: number;
}

/** A proxy said no, in its own way. */
export class TunnelRefused extends Error {
  readonly statusCode: number;
  /** Why, when it was the egress proxy of Stills. */
  readonly reason: Reason | undefined;

  constructor(statusCode: number, reason: Reason | undefined) {
    super(`A proxy refused a tunnel with ${statusCode}`);
    this.name = "TunnelRefused";
    this.statusCode = statusCode;
    this.reason = reason;
  }
}

/** Opens a tunnel with CONNECT. @throws TunnelRefused, or whatever is wrong with the connection */
export async function openTunnel(via: TunnelVia, wanted: TunnelRequest): Promise<Socket> {
  const { authority, authorization, timeoutMilliseconds } = wanted;
  const place: RequestOptions =
    "socket" in via
      ? { createConnection: () => via.socket }
      : { host: via.host, port: via.port, agent: false };
  const asked = openRequest({
    ...place,
    method: "CONNECT",
    path: authority,
    headers: {
      host: authority,
      ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  asked.setTimeout(timeoutMilliseconds, () =>
    asked.destroy(
      Object.assign(new Error("A proxy did not answer in time"), { code: "ETIMEDOUT" }),
    ),
  );
  asked.once("error", reject);
  asked.once("connect", (answer, socket, head) => {
    socket.setTimeout(0);
    if (answer.statusCode === 200) {
      if (head.length > 0) socket.unshift(head);
      return resolve(socket);
    }
    socket.destroy();
    const reason = answer.headers["x-stills-reason"];
    const known = typeof reason === "string" && isReason(reason) ? reason : undefined;
    return reject(new TunnelRefused(answer.statusCode ?? 502, known));
  });
  asked.end();
  return await promise;
}

/** Refuses a CONNECT, as long as the tunnel has not been joined. */
export function endTunnel(client: Duplex, statusCode: number): void {
  if (client.destroyed || client.writableEnded) return;
  client.end(`HTTP/1.1 ${statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
