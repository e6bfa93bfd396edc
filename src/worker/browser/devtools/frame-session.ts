import type { CDPEvents, CDPSession } from "puppeteer-core";
import type {
  Command,
  CommandAnswer,
  CommandParameters,
  DevToolsClient,
} from "./devtools-client.ts";
import { toPageFailure } from "./page-failure.ts";

/** The DevTools session of a frame of another site, which has a process of its own. It ends with its frame. */
export class FrameSession implements DevToolsClient {
  readonly frameID: string;
  readonly #session: CDPSession;

  constructor(frameID: string, session: CDPSession) {
    this.frameID = frameID;
    this.#session = session;
  }

  async call<Name extends Command>(
    method: Name,
    parameters: CommandParameters<Name>,
    signal: AbortSignal,
  ): Promise<CommandAnswer<Name>> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    try {
      const answer = this.#session.send(method, parameters) as Promise<CommandAnswer<Name>>;
      return await Promise.race([answer, aborted]);
    } catch (thrown) {
      throw thrown === signal.reason ? thrown : toPageFailure(thrown);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  send<Name extends Command>(method: Name, parameters: CommandParameters<Name>): void {
    this.#session.send(method, parameters).catch(() => undefined);
  }

  listen<Name extends keyof CDPEvents>(
    name: Name,
    listener: (event: CDPEvents[Name]) => void,
  ): void {
    this.#session.on(name, listener);
  }
}

/**
 * Opens a session on each frame of another site, also on those inside of such frames. A frame waits until the commands that `prepare`
 * sends at once have reached it.
 */
export async function attachToFrames(
  parent: CDPSession,
  prepare: (frame: FrameSession) => Promise<void>,
): Promise<void> {
  parent.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    const session = parent.connection()?.session(sessionId);
    if (session === undefined || session === null) return;
    const prepared = prepare(new FrameSession(targetInfo.targetId, session));
    prepared.catch(ignore);
    attachToFrames(session, prepare).catch(ignore);
    session.send("Runtime.runIfWaitingForDebugger").catch(ignore);
  });
  await parent.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [{ type: "iframe" }, { exclude: true }],
  });
}

/** A frame may end at any time. */
function ignore(): void {}
