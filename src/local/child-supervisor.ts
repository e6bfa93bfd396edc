import { setTimeout as delay } from "node:timers/promises";
import { backoffMilliseconds } from "../core/retry/backoff.ts";
import type { ServerProcess } from "./servers/server-process.ts";
import { aborted } from "../platform/process/aborted.ts";

export interface Child {
  /** The role or the server, as in local.json. */
  kind: string;
  process: ServerProcess;
  /** Starts it, the first time and after each exit. */
  start(signal: AbortSignal): Promise<void>;
}

/** Kind → process ids of its running children. */
export type ProcessIDs = Record<string, number[]>;

interface ChildSupervisorOptions {
  /** Receives a sentence for each exit and each restart. */
  report: (line: string) => void;
  /** Called after each restart, which gives a child another process id. */
  onRestart: (pids: ProcessIDs) => Promise<void>;
}

const backoff = { firstMilliseconds: 250, mostMilliseconds: 10_000, jitter: 0 };
/** A child that ran this long is not in a crash loop. */
const stableMilliseconds = 30_000;

/** Restarts children that exit, after pauses that grow while they keep exiting. */
export class ChildSupervisor {
  readonly #children: Child[] = [];
  readonly #loops: Promise<void>[] = [];
  readonly #stopping = new AbortController();
  readonly #options: ChildSupervisorOptions;

  constructor(options: ChildSupervisorOptions) {
    this.#options = options;
  }

  get pids(): ProcessIDs {
    const pids: ProcessIDs = {};
    for (const { kind, process } of this.#children)
      if (process.pid !== undefined) (pids[kind] ??= []).push(process.pid);
    return pids;
  }

  /** Starts a child, and restarts it from then on. Rejects when the first start fails. */
  async start(child: Child, signal: AbortSignal): Promise<void> {
    await child.start(signal);
    this.#children.push(child);
    this.#loops.push(this.#supervise(child));
  }

  /** Children that exit from now on are not restarted. Resolves when no restart is in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#loops);
  }

  async #supervise(child: Child): Promise<void> {
    const { report } = this.#options;
    const { signal } = this.#stopping;
    let restarts = 0;
    let startedAt = performance.now();
    for (;;) {
      const exit = await Promise.race([child.process.exited, aborted(signal)]);
      if (signal.aborted || typeof exit !== "string") return;
      if (performance.now() - startedAt > stableMilliseconds) restarts = 0;
      report(`${child.process.name} ended (${exit}); restarting it`);
      const pause = backoffMilliseconds(restarts, backoff, 0);
      await delay(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      restarts += 1;
      startedAt = performance.now();
      await this.#restart(child);
    }
  }

  async #restart(child: Child): Promise<void> {
    const { report, onRestart } = this.#options;
    const { signal } = this.#stopping;
    try {
      await child.start(signal);
      report(`${child.process.name} runs again (process ${child.process.pid})`);
      await onRestart(this.pids);
    } catch (thrown) {
      if (!signal.aborted) report(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
}
