import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connectionHeader } from "../api/proxy-headers.ts";
import { targetNameOfRequest } from "../core/target-name.ts";
import { egressUnreachable, isConnectProblem, refusalIn } from "./egress-refusal.ts";
import type { EgressRefusal } from "./egress-refusal.ts";
import { endTunnel } from "./tunnel.ts";

export interface RelayedConnectionOptions {
  /** Where the egress proxy is, and the token for it. */
  egress: { host: string; port: number; authorization: string };
  /** What the egress proxy repeats when it refuses something. */
  mark: string;
  /** How long the connection, and the answer to a CONNECT, may take to come about. */
  connectTimeoutMilliseconds: number;
  /** How long the connection may be silent. */
  idleTimeoutMilliseconds: number;
  onRefusal(target: string, refusal: EgressRefusal): void;
  /** Told of connections that must end with the capture. */
  track(socket: Duplex): void;
}

/** More than browsers write and the egress proxy takes. */
const longestRequestLineBytes = 64 * 1024;

/**
 * Joins one connection of the browser to one of its own to the egress proxy, byte for byte. Only the first request's head gets the
 * token, which counts for the connection (`api/proxy-headers.ts`): to parse and write every request anew took
 * almost half of the CPU time that the worker itself spent on a page of 60 parts.
 */
export function relayConnection(client: Socket, options: RelayedConnectionOptions): void {
  let received = "";
  client.setTimeout(options.idleTimeoutMilliseconds, () => client.destroy());
  client.on("data", function begin(chunk: Buffer) {
    received += chunk.toString("latin1");
    const end = received.indexOf("\r\n");
    if (end < 0 && received.length < longestRequestLineBytes) return;
    client.off("data", begin);
    const [method = "", requestTarget = ""] = received.slice(0, Math.max(end, 0)).split(" ");
    const target = targetNameOfRequest(method, requestTarget);
    if (target === undefined) return endTunnel(client, 400);
    const remote = join(client, { target, isTunnel: method === "CONNECT" }, options);
    const added = `Proxy-Authorization: ${options.egress.authorization}\r\n${connectionHeader}: ${options.mark}\r\n`;
    remote.write(received.slice(0, end + 2) + added + received.slice(end + 2), "latin1");
    client.pipe(remote);
  });
}

function join(
  client: Socket,
  { target, isTunnel }: { target: string; isTunnel: boolean },
  options: RelayedConnectionOptions,
): Socket {
  const { host, port } = options.egress;
  const remote = connect({ host, port, noDelay: true });
  options.track(remote);
  const fail = (): void => {
    options.onRefusal(target, egressUnreachable);
    endTunnel(client, 502);
    remote.destroy();
  };
  remote.setTimeout(options.connectTimeoutMilliseconds, fail);
  const calm = (): void => {
    remote.setTimeout(options.idleTimeoutMilliseconds);
    remote.off("timeout", fail);
    remote.on("timeout", () => remote.destroy());
  };
  remote.once(isTunnel ? "data" : "connect", calm);
  remote.once("error", (thrown) => {
    if (remote.bytesRead === 0 && isConnectProblem(thrown)) fail();
  });
  remote.on("data", (chunk: Buffer) => {
    const found = refusalIn(chunk, options.mark);
    if (found !== undefined) options.onRefusal(found.target, found.refusal);
  });
  remote.pipe(client);
  client.once("close", () => remote.destroy());
  // What came to its end was passed on by the pipe; anything else is broken off on the other side, too.
  remote.once("close", () => {
    if (!client.writableEnded) client.destroy();
  });
  return remote;
}
