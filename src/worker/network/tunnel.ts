import { request as openRequest } from "node:http";
import type { IncomingHttpHeaders, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { isReason } from "../../api/reasons/reasons.ts";
import { messageIn, sentenceOf } from "./egress-refusal.ts";
import type { EgressRefusal } from "./egress-refusal.ts";

/** Who is asked for a tunnel: a proxy at an address, or at the other end of a connection that is there already. */
export type TunnelVia = { host: string; port: number } | { socket: Socket };

export interface TunnelRequest {
  /** `host:port` of the target. */
  authority: string;
  /** Value of Proxy-Authorization. */
  authorization: string | undefined;
  timeoutMilliseconds: number;
  /** Gives up. */
  signal: AbortSignal;
}

export interface Tunnel {
  socket: Socket;
  /** Of the proxy's answer. */
  headers: IncomingHttpHeaders;
}

/** A proxy said no, in its own way. */
export class TunnelRefused extends Error {
  readonly statusCode: number;
  /** Why, when it was the egress proxy of Stills. */
  readonly refusal: EgressRefusal | undefined;

  constructor(statusCode: number, refusal: EgressRefusal | undefined) {
    super(`A proxy refused a tunnel with ${statusCode}`);
    this.name = "TunnelRefused";
    this.statusCode = statusCode;
    this.refusal = refusal;
  }
}

/** Opens a tunnel with CONNECT. @throws TunnelRefused, or whatever is wrong with the connection */
export async function openTunnel(via: TunnelVia, wanted: TunnelRequest): Promise<Tunnel> {
  const { authority, authorization, timeoutMilliseconds, signal } = wanted;
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
    signal,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Tunnel>();
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
      return resolve({ socket, headers: answer.headers });
    }
    socket.destroy();
    const { statusCode = 502, headers } = answer;
    return reject(
      new TunnelRefused(statusCode, refusalIn(headers["x-stills-reason"], head, authority)),
    );
  });
  asked.end();
  return await promise;
}

/** The egress proxy writes a refusal in one piece, so what came with its head is the whole body. */
function refusalIn(reason: unknown, body: Buffer, authority: string): EgressRefusal | undefined {
  if (typeof reason !== "string" || !isReason(reason)) return undefined;
  return { reason, message: messageIn(body.toString()) ?? sentenceOf(reason, authority) };
}
