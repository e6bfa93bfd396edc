import { createServer } from "node:net";

/** Given out by this process: some are used only much later, and two parts must not be given the same one. */
const given = new Set<number>();

/**
 * A port of 127.0.0.1 that nobody listens on, taken from below the range the kernel gives to outgoing connections (32768
 * upwards on Linux): a server that is killed and started again finds it free.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (given.has(port) || !(await isFreePort(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error("No free port found between 20000 and 31999 on 127.0.0.1");
}

/** Whether a server could listen there now. */
export async function isFreePort(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
