import { setTimeout as delay } from "node:timers/promises";
import { backoffMilliseconds } from "../core/retry/backoff.ts";
import type { Backoff } from "../core/retry/backoff.ts";
import type { ServerProcess } from "./servers/server-process.ts";

export interface Child {
  /** The role or the server, as in local.json. */
  kind: string;
  process: ServerProcess;
  /** Starts it, or starts it again. */
  start(signal: AbortSignal): Promise<void>;
}

const restartBackoff: Backoff = { firstMilliseconds: 250, mostMilliseconds: 10_000, jitter: 0 };
/** A child that lived this long is not in a crash loop. */
const calmMilliseconds = 30_000;

/** Starts children again when they die, with growing pauses while they keep dying. */
export class ChildSupervisor {
  readonly #children: Child[] = [];
  readonly #loops: Promise<void>[] = [];
  readonly #stopping = new AbortController();
  readonly #report: (line: string) => void;
  readonly #onRestart: () => Promise<void>;

  constructor(report: (line: string) => void, onRestart: () => Promise<void>) {
    this.#report = report;
    this.#onRestart = onRestart;
  }

  /** Kind → process ids of those that run. */
  get pids(): Record<string, number[]> {
    const pids: Record<string, number[]> = {};
    for (const { kind, process } of this.#children)
      if (process.pid !== undefined) (pids[kind] ??= []).push(process.pid);
    return pids;
  }

  /** For a child that was started already. */
  keep(child: Child): void {
    this.#children.push(child);
    this.#loops.push(this.#watch(child));
  }

  /** From now on a death is an end. Resolves when no restart is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#loops);
  }

  async #watch(child: Child): Promise<void> {
    const { signal } = this.#stopping;
    let restarts = 0;
    let startedAt = performance.now();
    for (;;) {
      const how = await Promise.race([child.process.exited, aborted(signal)]);
      if (signal.aborted) return;
      if (performance.now() - startedAt > calmMilliseconds) restarts = 0;
      this.#report(`${child.process.name} ended (${how}); starting it again`);
      const pause = backoffMilliseconds(restarts, restartBackoff, 0);
      await delay(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      restarts += 1;
      startedAt = performance.now();
      try {
        await child.start(signal);
        this.#report(`${child.process.name} runs again (process ${child.process.pid})`);
        await this.#onRestart();
      } catch (thrown) {
        if (signal.aborted) return;
        this.#report(thrown instanceof Error ? thrown.message : String(thrown));
      }
    }
  }
}

async function aborted(signal: AbortSignal): Promise<string> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  return "stopping";
}
