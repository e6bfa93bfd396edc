import type { StreamInfo } from "@nats-io/jetstream";
import { streams, subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "./connection.ts";
import { toNatsFailure } from "./nats-failure.ts";
import { parseBody } from "./body.ts";

export interface StreamState {
  messages: number;
  /** Of the oldest message that is still there; lastSequence + 1 when there is none. */
  firstSequence: number;
  lastSequence: number;
}

interface SubjectsOnStream {
  /** Subjects with a message, queued or unacknowledged. */
  subjects: ReadonlySet<string>;
  lastSequence: number;
}

/** The capture requests on STILLS_CAPTURES. */
export async function capturesOnStream(nats: Nats): Promise<SubjectsOnStream> {
  return await subjectsOnStream(nats, streams.captures, subjects.allCaptures);
}

/** The results on STILLS_RESULTS that are not acknowledged yet. */
export async function resultsOnStream(nats: Nats): Promise<SubjectsOnStream> {
  return await subjectsOnStream(nats, streams.results, subjects.allResults);
}

/** The webhook deliveries on STILLS_DELIVERIES. */
export async function deliveriesOnStream(nats: Nats): Promise<SubjectsOnStream> {
  return await subjectsOnStream(nats, streams.deliveries, subjects.allDeliveries);
}

/** The message on one subject of a stream, for instance to learn which attempt it is for; undefined if there is none. */
export async function messageOnStream(
  nats: Nats,
  stream: string,
  subject: string,
): Promise<{ sequence: number; body: unknown } | undefined> {
  try {
    const stored = await nats.manager.streams.getMessage(stream, { last_by_subj: subject });
    if (stored === null) return undefined;
    return { sequence: stored.seq, body: parseBody(stored.data) };
  } catch (err) {
    throw toNatsFailure(err, `The message on ${subject} could not be read`);
  }
}

export async function streamState(nats: Nats, stream: string): Promise<StreamState> {
  const { state } = await streamInfo(nats, stream);
  return {
    messages: state.messages,
    firstSequence: state.messages === 0 ? state.last_seq + 1 : state.first_seq,
    lastSequence: state.last_seq,
  };
}

/**
 * Whether every result up to a sequence (default: the last one) has been acknowledged. A new leader takes the last sequence at
 * its start and dispatches once this is true for it.
 */
export async function resultsDrained(nats: Nats, upToSequence?: number): Promise<boolean> {
  const state = await streamState(nats, streams.results);
  return state.messages === 0 || state.firstSequence > (upToSequence ?? state.lastSequence);
}

async function subjectsOnStream(
  nats: Nats,
  stream: string,
  filter: string,
): Promise<SubjectsOnStream> {
  const { state } = await streamInfo(nats, stream, filter);
  return {
    subjects: new Set(Object.keys(state.subjects ?? {})),
    lastSequence: state.last_seq,
  };
}

async function streamInfo(nats: Nats, stream: string, filter?: string): Promise<StreamInfo> {
  try {
    return await nats.manager.streams.info(
      stream,
      filter === undefined ? undefined : { subjects_filter: filter },
    );
  } catch (err) {
    throw toNatsFailure(err, `The state of the stream ${stream} could not be read`);
  }
}
