import { errors } from "@nats-io/transport-node";
import { JetStreamApiError } from "@nats-io/jetstream";
import { ConnectionReplaced } from "./repeatable-request.ts";
import { Failure } from "../../api/reasons/failure.ts";

/** "Stream store failed": covers several limits, told apart by their description only. */
const streamStoreFailed = 10_077;

/** Whether the stream refused a message because it has one of this subject. */
export function isOccupied(err: unknown): boolean {
  return (
    err instanceof JetStreamApiError &&
    err.code === streamStoreFailed &&
    /per subject/i.test(err.message)
  );
}

/** Whether the stream itself failed ("general stream failure"), for instance since its disk cannot be written. */
export function isStreamFailure(err: unknown): boolean {
  return err instanceof JetStreamApiError && err.code === 10_051;
}

/** Whether the same request can succeed a moment later: no leader, no quorum, no answer, no connection. */
export function isTransient(err: unknown): boolean {
  if (err instanceof JetStreamApiError) return err.status >= 500 && !isOccupied(err);
  return (
    err instanceof ConnectionReplaced ||
    isNoResponders(err) ||
    err instanceof errors.TimeoutError ||
    err instanceof errors.RequestError ||
    err instanceof errors.ConnectionError
  );
}

/** Whether nothing listens on the subject: no responder runs, or the stream does not exist. */
export function isNoResponders(err: unknown): boolean {
  if (err instanceof errors.NoRespondersError) return true;
  if (err instanceof errors.RequestError && err.isNoResponders()) return true;
  return err instanceof Error && err.cause !== undefined && isNoResponders(err.cause);
}

/** Whether the server has no such stream. */
export function isStreamNotFound(err: unknown): boolean {
  return err instanceof JetStreamApiError && err.code === 10_059;
}

/** Whether the server has no such consumer (or no such stream for it). */
export function isConsumerNotFound(err: unknown): boolean {
  return err instanceof JetStreamApiError && (err.code === 10_014 || isStreamNotFound(err));
}

/** A Failure(InternalError), which is retried with backoff, with the client's error as its cause. */
export function toNatsFailure(err: unknown, message: string): Failure {
  if (err instanceof Failure) return err;
  return new Failure("InternalError", { message, cause: err });
}
