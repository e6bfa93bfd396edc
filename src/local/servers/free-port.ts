import { createServer } from "node:net";

/** Ports that this process has returned: some are used much later, and none may be returned twice. */
const reserved = new Set<number>();

/**
 * A port of 127.0.0.1 that is free, from below the range of outgoing connections (32768 upwards on Linux): a server that is
 * killed and restarted finds it free.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (reserved.has(port) || !(await isFreePort(port))) continue;
    reserved.add(port);
    return port;
  }
  throw new Error("No free port found between 20000 and 31999 on 127.0.0.1");
}

/** Whether a server can listen on the port of 127.0.0.1 now. */
export async function isFreePort(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
