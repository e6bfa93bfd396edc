import { connect } from "node:net";
import type { Address } from "./network-policy-settings.ts";

/** Opens a connection to an address and closes it at once. Resolves with the error; undefined if it opened. Never rejects. */
export function probeConnection(
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
    // The socket's own timeout does not include the look-up of the name.
    const timer = setTimeout(
      () => finish(new Error(`no answer in ${seconds} s`)),
      timeoutMilliseconds,
    );
    socket.once("close", () => clearTimeout(timer));
    socket.once("connect", () => finish(undefined));
    socket.on("error", finish);
  });
}
