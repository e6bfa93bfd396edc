import type { Socket } from "node:net";

/**
 * Passes bytes on between a connection of the browser and the one it stands for, until both have ended. What the remote side brought to
 * its end is ended for the browser; what broke off is broken off, so that no half of an answer passes for the whole.
 */
export function joinConnections(
  client: Socket,
  remote: Socket,
  { idleTimeoutMilliseconds }: { idleTimeoutMilliseconds: number },
): void {
  for (const side of [client, remote]) {
    side.setTimeout(idleTimeoutMilliseconds, () => side.destroy());
    side.on("error", () => undefined); // "close" follows
  }
  client.once("close", () => remote.destroy());
  remote.once("close", () => {
    if (!remote.readableEnded) client.resetAndDestroy();
  });
  client.pipe(remote);
  remote.pipe(client);
  if (client.destroyed) remote.destroy();
}
