import { ChangeNotifier } from "./change-notifier.ts";

/** What the worker is doing: which jobs it holds, and whether it is draining. The capture loop writes it; others read it. */
export class WorkerActivity {
  readonly #jobUIDs = new Set<string>();
  readonly #draining = new AbortController();
  readonly #drainingStarted = new ChangeNotifier();

  /** Uids of the jobs the worker holds. */
  get jobUIDs(): string[] {
    return [...this.#jobUIDs];
  }

  /** Aborted when the worker begins to drain: it accepts no more requests. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Counts the job as held until the returned object is disposed of. */
  hold(jobUID: string): Disposable {
    this.#jobUIDs.add(jobUID);
    return { [Symbol.dispose]: () => void this.#jobUIDs.delete(jobUID) };
  }

  startDraining(): void {
    this.#draining.abort();
    this.#drainingStarted.notify();
  }

  /** Calls the listener when the worker has begun to drain, after `draining` has ended its pull requests. */
  onDraining(listener: () => void): void {
    this.#drainingStarted.subscribe(listener);
  }
}
