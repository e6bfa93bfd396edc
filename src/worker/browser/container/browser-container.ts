import { randomBytes } from "node:crypto";
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import { controlSocketName, devtoolsSocketName } from "../../../api/messages/launcher-messages.ts";
import { aborted } from "../../../platform/process/aborted.ts";
import type { Runnable } from "../../../platform/process/lifecycle.ts";
import type { Logger } from "../../../platform/process/logger.ts";
import { ChangeNotifier } from "../../change-notifier.ts";
import { ReadinessCondition } from "../../readiness-condition.ts";
import { connectBrowser } from "../chromium/connect-browser.ts";
import { LaunchFailure } from "../chromium/launch-failure.ts";
import { PipeTransport } from "../chromium/pipe-transport.ts";
import type { RunningBrowser } from "../chromium/running-browser.ts";
import type { ContainedProcess } from "./contained-process.ts";
import { LauncherConnection } from "./launcher-connection.ts";
import { listenOnUnixSocket } from "./unix-listener.ts";

interface BrowserContainerOptions {
  /** The folder of the sockets. The launcher may see it under another path, and need not be able to write there. */
  socketsFolder: string;
  log: Logger;
}

const startTimeoutMilliseconds = 60_000;

/**
 * The container of the browser, as the worker sees it: the launcher in there dials us, starts browsers when asked, and hands each a
 * socket as its DevTools pipe. Nothing of the worker is in there: no credential, no token, no right.
 */
export class BrowserContainer implements Runnable {
  readonly name = "browser container";
  readonly condition = new ReadinessCondition({
    reason: "BrowserContainerAway",
    message: "The container of the browser has not connected to the worker yet",
  });
  readonly #options: BrowserContainerOptions;
  readonly #changes = new ChangeNotifier();
  #server: Server | undefined;
  #connection: LauncherConnection | undefined;

  constructor(options: BrowserContainerOptions) {
    this.#options = options;
  }

  /** Listens; does not wait for the launcher. */
  async start(): Promise<void> {
    const path = join(this.#options.socketsFolder, controlSocketName);
    this.#server = await listenOnUnixSocket(path, (socket) => this.#accept(socket));
  }

  async stop(): Promise<void> {
    this.#server?.close();
    this.#connection?.end();
  }

  /**
   * Launches a browser in there; waits while no launcher is connected.
   * @throws LaunchFailure that says what to do, or the signal's reason
   */
  async launch(signal: AbortSignal): Promise<RunningBrowser> {
    await this.#changes.until(() => this.#connection?.ready !== undefined, signal);
    signal.throwIfAborted();
    const { log, socketsFolder } = this.#options;
    const connection = this.#connection;
    const ready = connection?.ready;
    if (connection === undefined || ready === undefined) throw away();
    const browser = randomBytes(8).toString("hex");
    const dialled = Promise.withResolvers<Socket>();
    const path = join(socketsFolder, devtoolsSocketName(browser));
    const server = await listenOnUnixSocket(path, (socket, listening) => {
      listening.close();
      dialled.resolve(socket);
    });
    try {
      const contained = connection.start(browser, ready);
      const devtools = await devtoolsOf(contained, dialled.promise, signal);
      contained.connect(devtools);
      const transport = new PipeTransport(devtools, devtools);
      devtools.resume();
      const sandboxed = ready.sandbox === "Required";
      return await connectBrowser({ process: contained, transport, sandboxed, log }, signal);
    } finally {
      server.close();
    }
  }

  #accept(socket: Socket): void {
    // A broken browser, which may dial as well, takes the place of nobody.
    if (this.#connection !== undefined) {
      socket.destroy();
      return;
    }
    this.#connection = new LauncherConnection({
      socket,
      onReady: () => {
        this.#options.log.info({}, "The container of the browser has connected");
        this.condition.set(undefined);
        this.#changes.notify();
      },
      onEnd: (problem) => this.#lose(problem),
    });
  }

  #lose(problem: Error | undefined): void {
    this.#connection = undefined;
    const message =
      problem === undefined
        ? "The container of the browser has ended, and is being started again"
        : `The connection to the container of the browser has failed: ${problem.message}`;
    this.#options.log.warn({ err: problem }, "The container of the browser has gone away");
    this.condition.set({ reason: "BrowserContainerAway", message });
    this.#changes.notify();
  }
}

/** The socket that is the browser's DevTools pipe, once the browser has been started with it. */
async function devtoolsOf(
  contained: ContainedProcess,
  dialled: Promise<Socket>,
  signal: AbortSignal,
): Promise<Socket> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMilliseconds)]);
  const [devtools] = await Promise.race([
    Promise.all([dialled, contained.started]),
    contained.exited.then(() => []),
    aborted(limit).then(() => []),
  ]);
  if (devtools !== undefined) return devtools;
  void dialled.then((socket) => socket.destroy());
  contained.kill();
  signal.throwIfAborted();
  throw contained.explainLaunchFailure(new Error("The launcher did not start it in time"));
}

function away(): LaunchFailure {
  return new LaunchFailure(
    "BrowserContainerAway",
    "The container of the browser has ended",
    undefined,
  );
}
