import { connect } from "node:net";
import type { Address } from "./forbidden-addresses.ts";

/** Why there is no connection to an address, or undefined where there is one, which is closed at once. Never rejects. */
export function tryToConnect(
  { host, port }: Address,
  timeoutMilliseconds: number,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (outcome: Error | undefined): void => {
      socket.destroy();
      resolve(outcome);
    };
    const seconds = timeoutMilliseconds / 1000;
    // A limit of its own: the socket's counts silence only, and the look-up of a name is none.
    const timer = setTimeout(
      () => finish(new Error(`no answer in ${seconds} s`)),
      timeoutMilliseconds,
    );
    socket.once("close", () => clearTimeout(timer));
    socket.once("connect", () => finish(undefined));
    socket.on("error", finish);
  });
}
