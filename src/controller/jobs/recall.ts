import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import { removeCapture } from "../../platform/nats/streams.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { JobState } from "./dispatch-state-store.ts";
import { factsOf } from "./status-updates.ts";

/**
 * Takes the capture request of a job that is over back: the worker that has it is told, and where none has it, it leaves
 * the stream, so that it is not rendered when a worker comes later. Best effort; a worker that goes on all the same is
 * refused its upload ticket.
 */
export function createRecall(parts: {
  nats: Nats;
  publisher: Publisher;
  log: Logger;
}): (state: JobState) => void {
  const { nats, publisher, log } = parts;
  return function recall(state) {
    const giveUp = (err: unknown): void => {
      log.debug({ ...factsOf(state), err }, "Could not take back capture request");
    };
    try {
      publisher.send(subjects.cancel(state.uid), {});
    } catch (err) {
      giveUp(err);
    }
    removeCapture(nats, state.pool, state.uid).catch(giveUp);
  };
}
