import { ChangeNotifier } from "./change-notifier.ts";

/** What the worker is doing: which jobs it holds, and whether it is draining. The capture loop writes it; others read it. */
export class WorkerActivity {
  readonly #jobUIDs = new Set<string>();
  readonly #storingUIDs = new Set<string>();
  readonly #draining = new AbortController();
  readonly #drainingStarted = new ChangeNotifier();

  /** Uids of the jobs the worker holds. */
  get jobUIDs(): string[] {
    return [...this.#jobUIDs];
  }

  /** Those of them whose pages are captured, so that they take no slot. */
  get storingUIDs(): string[] {
    return [...this.#storingUIDs];
  }

  /** Aborted when the worker begins to drain: it accepts no more requests. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Counts the job as held until the returned object is disposed of. */
  hold(jobUID: string): Disposable {
    this.#jobUIDs.add(jobUID);
    return {
      [Symbol.dispose]: () => {
        this.#jobUIDs.delete(jobUID);
        this.#storingUIDs.delete(jobUID);
      },
    };
  }

  /** The page of a job that is held is captured; its picture waits to be stored. */
  startStoring(jobUID: string): void {
    if (this.#jobUIDs.has(jobUID)) this.#storingUIDs.add(jobUID);
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
