import type { Socket } from "node:net";

/**
 * Copies bytes between a connection of the browser and its remote connection until both have ended. A remote connection that breaks
 * off is reset for the browser, too, so that the browser does not take half an answer for a whole one.
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
