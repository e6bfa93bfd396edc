import { subjects, uidOfSubject } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { Publisher } from "../../platform/nats/publisher.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";

/** The job was cancelled, deleted, or is over for another reason; the controller has dealt with it. */
export class JobCancelled extends Error {
  constructor() {
    super("The controller says that nobody wants this picture any more");
    this.name = "JobCancelled";
  }
}

/** A cancellation may be heard before the request it is about; a uid is never cancelled and then wanted again. */
const rememberMilliseconds = 300_000;
const mostRemembered = 10_000;

/** Listens for cancellations of all jobs; they are few. */
export class Cancellations implements Runnable {
  readonly name = "cancellations";
  readonly #nats: Nats;
  readonly #clock: Clock;
  readonly #running = new Map<string, AbortController>();
  /** uid → when it was heard (monotonic), oldest first. */
  readonly #heard = new Map<string, number>();
  #unsubscribe: Unsubscribe = () => undefined;

  constructor(nats: Nats, clock: Clock) {
    this.#nats = nats;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#unsubscribe = new Publisher(this.#nats).subscribe(subjects.allCancels, ({ subject }) => {
      this.#hear(uidOfSubject(subject));
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
  }

  /** A signal that is aborted, with JobCancelled, when the job is or was cancelled. Dispose of the watch. */
  watch(uid: string): Disposable & { readonly signal: AbortSignal } {
    const controller = new AbortController();
    if (this.#heard.has(uid)) controller.abort(new JobCancelled());
    this.#running.set(uid, controller);
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        if (this.#running.get(uid) === controller) this.#running.delete(uid);
      },
    };
  }

  #hear(uid: string): void {
    const now = this.#clock.monotonicMilliseconds();
    for (const [oldest, heardAt] of this.#heard) {
      if (now - heardAt < rememberMilliseconds && this.#heard.size < mostRemembered) break;
      this.#heard.delete(oldest);
    }
    this.#heard.set(uid, now);
    this.#running.get(uid)?.abort(new JobCancelled());
  }
}
