import type { Socket } from "node:net";
import { parseLauncherReport } from "../../../api/messages/launcher-messages.ts";
import type { LauncherOrder, LauncherReport } from "../../../api/messages/launcher-messages.ts";
import type { MemoryUse } from "../chromium/out-of-memory.ts";
import { ContainedProcess } from "./contained-process.ts";
import { MessageLines } from "./message-lines.ts";

interface LauncherConnectionOptions {
  socket: Socket;
  /** Called when the launcher has said that it is ready. */
  onReady: () => void;
  /** Called once. */
  onEnd: (problem: Error | undefined) => void;
}

/** A launcher that is silent for longer hangs: it reports its load every two seconds. */
const silenceMilliseconds = 15_000;

type Ready = Extract<LauncherReport, { kind: "Ready" }>;

/** One connection of a launcher, and the browsers that it has started through it. They end together. */
export class LauncherConnection {
  readonly #options: LauncherConnectionOptions;
  readonly #lines: MessageLines<LauncherOrder, LauncherReport>;
  readonly #processes = new Map<string, ContainedProcess>();
  #ready: Ready | undefined;
  #memoryUse: MemoryUse | undefined;
  #hasEnded = false;

  constructor(options: LauncherConnectionOptions) {
    this.#options = options;
    const { socket } = options;
    this.#lines = new MessageLines({
      socket,
      parse: parseLauncherReport,
      onMessage: (report) => this.#note(report),
      onEnd: (problem) => this.#end(problem),
    });
    socket.setTimeout(silenceMilliseconds, () => this.end(new Error("It does not answer")));
    socket.resume();
  }

  /** What it said first; undefined before, and when the connection has ended. */
  get ready(): Ready | undefined {
    return this.#hasEnded ? undefined : this.#ready;
  }

  /** A process that the launcher is asked to start. */
  start(browser: string, { recycleAboveBytes }: Ready): ContainedProcess {
    const contained = new ContainedProcess({
      browser,
      recycleAboveBytes,
      send: (order) => this.#lines.send(order),
      abandon: (problem) => this.end(problem),
      memoryUse: () => this.#memoryUse,
    });
    this.#processes.set(browser, contained);
    this.#lines.send({ kind: "Launch", browser });
    if (this.#hasEnded) contained.lose();
    return contained;
  }

  end(problem?: Error): void {
    this.#lines.end(problem);
  }

  #note(report: LauncherReport): void {
    if (report.kind === "Ready") {
      this.#ready = report;
      this.#options.onReady();
      return;
    }
    if (report.kind === "Load") {
      const { usedBytes, limitBytes } = report;
      this.#memoryUse = { usedBytes, limitBytes };
      for (const { browser, ...load } of report.browsers)
        this.#processes.get(browser)?.noteLoad(load);
      return;
    }
    this.#processes.get(report.browser)?.note(report);
    if (report.kind === "Ended") this.#processes.delete(report.browser);
  }

  #end(problem: Error | undefined): void {
    this.#hasEnded = true;
    for (const contained of this.#processes.values()) contained.lose();
    this.#processes.clear();
    this.#options.onEnd(problem);
  }
}
