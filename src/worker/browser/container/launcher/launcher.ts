import { once } from "node:events";
import { Socket } from "node:net";
import { join } from "node:path";
import { controlSocketName } from "../../../../api/messages/launcher-messages.ts";
import type { Clock } from "../../../../platform/process/clock.ts";
import type { Runnable } from "../../../../platform/process/lifecycle.ts";
import type { Logger } from "../../../../platform/process/logger.ts";
import { prepareStart } from "../../browser-launcher.ts";
import type { StartOptions } from "../../chromium/start-browser.ts";
import { startBrowser } from "../../chromium/start-browser.ts";
import { memoryBudgetWithin } from "../../memory-budget.ts";
import type { LauncherConfig } from "./config.ts";
import { LauncherSession } from "./launcher-session.ts";
import { createMemoryGauge } from "./memory-gauge.ts";
import type { MemoryGauge } from "./memory-gauge.ts";
import { MemoryWatchdog } from "./memory-watchdog.ts";

interface LauncherOptions {
  config: LauncherConfig;
  clock: Clock;
  log: Logger;
}

const dialPauseMilliseconds = 200;

/**
 * Starts browsers for the worker of its pod, and ends them before the kernel does. It goes on when a browser ends, and when the worker
 * does: a container that ends is started again by the kubelet with ever longer pauses.
 */
export class Launcher implements Runnable {
  readonly name = "launcher";
  /** Finding a browser may include unpacking one. */
  readonly startTimeoutSeconds = 240;
  readonly #options: LauncherOptions;
  readonly #stopping = new AbortController();
  #serving: Promise<void> = Promise.resolve();

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  /** Finds a browser, and begins to dial the worker; does not wait for it. */
  async start(): Promise<void> {
    const { config, log } = this.#options;
    const start = await prepareStart(config.launch, log);
    const gauge = await createMemoryGauge(config.memoryLimitMebibytes);
    log.info({ memoryLimitBytes: gauge.limitBytes }, "Watching the memory of browsers");
    this.#serving = this.#serve(start, gauge);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error("The launcher is stopping"));
    await this.#serving;
  }

  async #serve(start: StartOptions, gauge: MemoryGauge): Promise<void> {
    const { clock, config } = this.#options;
    const { signal } = this.#stopping;
    const path = join(config.socketsFolder, controlSocketName);
    while (!signal.aborted) {
      const socket = await dial(path);
      if (socket !== undefined) await this.#work(socket, start, gauge);
      await clock.sleep(dialPauseMilliseconds, signal).catch(() => undefined);
    }
  }

  /** Works for one worker until its connection ends. */
  async #work(socket: Socket, start: StartOptions, gauge: MemoryGauge): Promise<void> {
    const { clock, config, log } = this.#options;
    log.info({}, "Connected to the worker");
    const session = new LauncherSession({
      socket,
      socketsFolder: config.socketsFolder,
      sandbox: config.launch.sandbox,
      recycleAboveBytes: memoryBudgetWithin(gauge.limitBytes).recycleAboveBytes,
      startBrowser: (devtools) => startBrowser(start, devtools),
      log,
    });
    const over = new AbortController();
    const watchdog = new MemoryWatchdog({
      ...{ gauge, clock, log, listener: session },
      browsers: () => session.browsers,
    });
    const watching = watchdog.run(over.signal);
    const end = (): void => session.end();
    const { signal } = this.#stopping;
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    await session.over;
    signal.removeEventListener("abort", end);
    over.abort(new Error("The worker has gone away"));
    await watching;
  }
}

/** Undefined when nobody listens. */
async function dial(path: string): Promise<Socket | undefined> {
  const socket = new Socket();
  socket.connect({ path });
  try {
    await once(socket, "connect");
    return socket;
  } catch {
    return undefined;
  }
}
