import { once } from "node:events";
import { Socket } from "node:net";

const dialTimeoutMilliseconds = 10_000;

/**
 * Dials a Unix socket that is to become a browser's DevTools pipe, without anything in between: for file descriptors 3 and 4 of the
 * browser. Destroy our copy when the browser has been started, or the other end never hears of the browser's end.
 * @throws Error when nobody listens there
 */
export async function dialDevtools(path: string): Promise<Socket> {
  const socket = new Socket();
  // Else Node.js reads what is for the browser.
  socket.pause();
  socket.on("error", () => undefined);
  socket.connect({ path });
  await once(socket, "connect", { signal: AbortSignal.timeout(dialTimeoutMilliseconds) });
  makeBlocking(socket);
  return socket;
}

/**
 * Whether reads wait belongs to the socket and goes with it to the browser, which expects that they do: on one that does not wait it
 * ends sooner or later. Node.js sets it only for standard input and output, and offers no call for it.
 */
function makeBlocking(socket: Socket): void {
  const { _handle: handle } = socket as unknown as {
    _handle: { setBlocking(blocking: boolean): number };
  };
  const error = handle.setBlocking(true);
  if (error !== 0) throw new Error(`The DevTools socket cannot be made blocking (${error})`);
}
