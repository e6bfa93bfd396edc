import type { Duplex } from "node:stream";
import type { Socket } from "node:net";

export interface TunnelOptions {
  /** What the client sent behind its request. */
  head: Buffer;
  /** Ends a tunnel in which nothing moves in either direction. */
  idleTimeoutSeconds: number;
  /** Closes the tunnel if the first byte from the client does not begin a TLS handshake. */
  demandsTLS: boolean;
}

/** Content type "handshake" of a TLS record (RFC 8446 5.1). */
const handshakeRecord = 22;

/**
 * Joins client and origin until both have ended or one is gone, and resolves then. Each direction has its own end, and
 * neither side is read faster than the other takes it.
 */
export async function joinTunnel(
  client: Duplex,
  origin: Socket,
  options: TunnelOptions,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let open = 2;
  const onClose = () => {
    client.destroy();
    origin.destroy();
    open -= 1;
    if (open === 0) resolve();
  };
  for (const side of [client, origin]) {
    side.on("error", () => undefined); // "close" follows
    side.once("close", onClose);
  }
  // Reading and writing both put the timer back, so one side's timer covers both directions.
  origin.setTimeout(options.idleTimeoutSeconds * 1000, () => origin.destroy());

  let isJudged = !options.demandsTLS;
  const toOrigin = (chunk: Buffer) => {
    isJudged ||= chunk[0] === handshakeRecord;
    if (!isJudged) return void client.destroy();
    if (!origin.write(chunk)) client.pause();
  };
  const toClient = (chunk: Buffer) => {
    if (!client.write(chunk)) origin.pause();
  };
  if (options.head.length > 0) toOrigin(options.head);
  client.on("data", toOrigin);
  origin.on("data", toClient);
  client.on("drain", () => origin.resume());
  origin.on("drain", () => client.resume());
  client.on("end", () => origin.end());
  origin.on("end", () => client.end());
  if (client.destroyed || origin.destroyed) origin.destroy();
  await promise;
}
