import { subjects, uidOfSubject } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { Publisher } from "../../platform/nats/publisher.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";

/** The job was cancelled or deleted, or has ended otherwise; the controller has dealt with it. */
export class JobCancelled extends Error {
  constructor() {
    super("The controller cancelled the capture");
    this.name = "JobCancelled";
  }
}

/** A cancellation may arrive before its request; the uid of a cancelled job is never used again. */
const retentionMilliseconds = 300_000;
const mostRetained = 10_000;

/** Receives the cancellations of all jobs, and aborts the capture of a job that was cancelled. */
export class CancellationListener implements Runnable {
  readonly name = "cancellation listener";
  readonly #nats: Nats;
  readonly #clock: Clock;
  readonly #running = new Map<string, AbortController>();
  /** uid → when its cancellation was received (monotonic), oldest first. */
  readonly #received = new Map<string, number>();
  #unsubscribe: Unsubscribe = () => undefined;

  constructor({ nats, clock }: { nats: Nats; clock: Clock }) {
    this.#nats = nats;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#unsubscribe = new Publisher(this.#nats).subscribe(subjects.allCancels, ({ subject }) => {
      this.#receive(uidOfSubject(subject));
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
  }

  /** A signal that is aborted with JobCancelled when the job is cancelled, or was before. Dispose of it after use. */
  watch(uid: string): Disposable & { readonly signal: AbortSignal } {
    const controller = new AbortController();
    if (this.#received.has(uid)) controller.abort(new JobCancelled());
    this.#running.set(uid, controller);
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        if (this.#running.get(uid) === controller) this.#running.delete(uid);
      },
    };
  }

  #receive(uid: string): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const [oldest, receivedAt] of this.#received) {
      const isRecent = now - receivedAt < retentionMilliseconds;
      if (isRecent && this.#received.size < mostRetained) break;
      this.#received.delete(oldest);
    }
    this.#received.set(uid, now);
    this.#running.get(uid)?.abort(new JobCancelled());
  }
}
