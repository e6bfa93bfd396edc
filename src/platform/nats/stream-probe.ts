import { streams, subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "./connection.ts";
import { isStreamFailure, isStreamNotFound, toNatsFailure } from "./nats-failure.ts";

export type StreamName = (typeof streams)[keyof typeof streams];

/** On each stream, a subject that no message has. */
const unusedSubjects: Record<StreamName, string> = {
  [streams.captures]: subjects.capture("none", "none"),
  [streams.results]: subjects.result("none"),
  [streams.deliveries]: subjects.delivery("none"),
};

/**
 * Whether the server can still write to a stream, by a removal that finds nothing to remove. A nats-server (2.15) whose disk was full
 * refuses everything that writes to the stream from then on, even with room again, until it is restarted or the stream is created
 * again: what is published is not confirmed and times out, and the health check for Kubernetes says nothing of it.
 * @throws Failure(InternalError) when NATS does not say
 */
export async function probeStream(
  nats: Nats,
  stream: StreamName,
): Promise<"Writable" | "Broken" | "Missing"> {
  try {
    await nats.manager.streams.purge(stream, { filter: unusedSubjects[stream] });
    return "Writable";
  } catch (err) {
    if (isStreamFailure(err)) return "Broken";
    if (isStreamNotFound(err)) return "Missing";
    throw toNatsFailure(err, `Whether ${stream} can be written could not be found out`);
  }
}
