import type { Socket } from "node:net";

interface TunnelOptions {
  /** Bytes that the client sent right behind its CONNECT. */
  head: Buffer;
  /** Without a byte in either direction for that long, the tunnel is closed. */
  idleTimeoutSeconds: number;
  /** Closes the tunnel if the first byte of the client does not start a TLS handshake. */
  requiresTLS: boolean;
}

/** Content type "handshake" of a TLS record (RFC 8446 5.1). */
const handshakeRecord = 22;

/**
 * Relays bytes between client and origin; resolves when both connections are closed. Each direction ends on its own (half-close), and
 * backpressure applies in both. A connection that closes without FIN, for example because its traffic budget is used up, is reset on the
 * other side too: otherwise a response that is delimited by the end of its connection would pass for complete.
 */
export async function relayTunnel(
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
  // Reads and writes both reset the timer, so the timer of one side covers both directions.
  origin.setTimeout(options.idleTimeoutSeconds * 1000, () => origin.destroy());

  let isFirstByteChecked = !options.requiresTLS;
  const toOrigin = (chunk: Buffer) => {
    isFirstByteChecked ||= chunk[0] === handshakeRecord;
    if (!isFirstByteChecked) return void client.destroy();
    if (!origin.write(chunk)) client.pause();
  };
  const toClient = (chunk: Buffer) => {
    // This chunk used up the traffic budget.
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
  // The client may have ended its side, or disconnected, while the origin was dialled.
  if (client.readableEnded) origin.end();
  if (client.destroyed || origin.destroyed) onClose();
  await promise;
}
