import { once } from "node:events";
import { chmod, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";

/**
 * Listens on a Unix socket that every user may dial who may enter its folder. What a killed process has left there is removed.
 * @throws Error with the path when that is not possible
 */
export async function listenOnUnixSocket(
  path: string,
  accept: (socket: Socket, server: Server) => void,
): Promise<Server> {
  await rm(path, { force: true });
  // Paused: the first bytes wait for whoever reads them.
  const server = createServer({ pauseOnConnect: true });
  server.on("connection", (socket) => accept(socket, server));
  server.listen({ path });
  await once(server, "listening").catch((thrown: unknown) => {
    throw new Error(`The socket ${path} cannot be made; check STILLS_BROWSER_SOCKETS_DIR`, {
      cause: thrown,
    });
  });
  await chmod(path, 0o666);
  return server;
}
