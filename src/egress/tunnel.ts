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
 * neither side is read faster than the other takes it. A connection that closed without an end of its own, be it because its job ran
 * out of bytes, is broken off on the other side too: an answer that only its end delimits would pass for whole.
 */
export async function joinTunnel(
  client: Socket,
  origin: Socket,
  options: TunnelOptions,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onClose = () => {
    client.destroy();
    origin.destroy();
    if (client.closed && origin.closed) resolve();
  };
  for (const [side, other] of [
    [client, origin],
    [origin, client],
  ] as const) {
    side.on("error", () => undefined); // "close" follows
    side.once("close", () => {
      if (!side.readableEnded && !other.closed) other.resetAndDestroy();
      onClose();
    });
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
    // With this chunk its job has run out of bytes.
    if (origin.destroyed) return;
    if (!client.write(chunk)) origin.pause();
  };
  if (options.head.length > 0) toOrigin(options.head);
  client.on("data", toOrigin);
  origin.on("data", toClient);
  client.on("drain", () => origin.resume());
  origin.on("drain", () => client.resume());
  client.on("end", () => origin.end());
  origin.on("end", () => client.end());
  // While the origin was dialled the client may have ended its side, or gone.
  if (client.readableEnded) origin.end();
  if (client.destroyed || origin.destroyed) onClose();
  await promise;
}
