import type { CDPEvents, CDPSession } from "puppeteer-core";

declare const anySession: CDPSession;

/** The name of a command of the DevTools protocol. */
export type Command = Parameters<CDPSession["send"]>[0];
export type CommandParameters<Name extends Command> = Parameters<typeof anySession.send<Name>>[1];
export type CommandAnswer<Name extends Command> = Awaited<ReturnType<typeof anySession.send<Name>>>;

/** Commands and events of the page's DevTools session. */
export interface DevToolsClient {
  /** Sends a command and waits for its answer. @throws DocumentGone when the page left the document meanwhile */
  call<Name extends Command>(
    method: Name,
    parameters: CommandParameters<Name>,
    signal: AbortSignal,
  ): Promise<CommandAnswer<Name>>;

  /** Sends a command whose outcome does not matter, such as one about a request that may have ended. */
  send<Name extends Command>(method: Name, parameters: CommandParameters<Name>): void;

  /** Calls the listener for each event until the session is closed. The event's domain must be enabled. */
  listen<Name extends keyof CDPEvents>(
    name: Name,
    listener: (event: CDPEvents[Name]) => void,
  ): void;
}
