import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import { removeCapture } from "../../platform/nats/streams.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { DispatchState } from "./dispatch-state.ts";
import { jobLogFields } from "./job-log-fields.ts";

/**
 * Cancels the capture request of a job that has ended: tells the worker that holds it to stop, and removes it from the
 * stream, so that no worker renders it later. Best effort; a worker that goes on is refused its upload ticket.
 */
export class CaptureCanceller {
  readonly #nats: Nats;
  readonly #publisher: Publisher;
  readonly #log: Logger;

  constructor({ nats, publisher, log }: { nats: Nats; publisher: Publisher; log: Logger }) {
    this.#nats = nats;
    this.#publisher = publisher;
    this.#log = log;
  }

  /** Returns at once; failures are logged. */
  cancel(state: DispatchState): void {
    const logFailure = (err: unknown): void => {
      this.#log.debug({ ...jobLogFields(state), err }, "Could not cancel capture request");
    };
    try {
      this.#publisher.send(subjects.cancel(state.uid), {});
    } catch (err) {
      logFailure(err);
    }
    removeCapture(this.#nats, state.pool, state.uid).catch(logFailure);
  }
}
