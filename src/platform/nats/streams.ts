import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import type { ConsumerConfig, StreamConfig, StreamInfo } from "@nats-io/jetstream";
import { deliveryAckWaitSeconds } from "../../api/messages/delivery-messages.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { captureAckWaitSeconds } from "../../api/messages/capture-messages.ts";
import { consumers, streams, subjects } from "../../api/messages/subjects.ts";
import { parseBody } from "./body.ts";
import type { Nats } from "./connection.ts";
import { isConsumerNotFound, isStreamNotFound, toNatsFailure } from "./nats-failure.ts";

export interface StreamSettings {
  /** How many servers of a cluster keep each stream; existing ones are changed. Default 1. */
  replicas?: number;
}

export interface ConsumerSettings {
  /** How long a delivery may go without `working()` before it is delivered again. Default: `captureAckWaitSeconds`. */
  ackWaitSeconds?: number;
}

export interface StreamState {
  messages: number;
  /** Of the oldest message that is still there; lastSequence + 1 when there is none. */
  firstSequence: number;
  lastSequence: number;
}

export interface SubjectsOnStream {
  /** Subjects with a message, queued or unacknowledged. */
  subjects: ReadonlySet<string>;
  lastSequence: number;
}

type StreamShape = Partial<StreamConfig> & Pick<StreamConfig, "name" | "subjects">;

const nanosecondsPerSecond = 1_000_000_000;
const duplicateWindowSeconds = 120;
/**
 * Results nobody fetched for a day: by then the job has met its deadline or counts as lost and was captured again, so
 * the message only takes room. Captures and deliveries have no such limit: the controller decides about them.
 */
const resultsMaxAgeSeconds = 86_400;
/**
 * How long a result that a controller took and did not acknowledge stays away from the next one. Applying one takes
 * milliseconds, so this only lengthens a fail-over.
 */
export const resultAckWaitSeconds = 10;
/** Pulls that may wait at the same time; the server's default of 512 is less than a large pool has slots. */
const maxWaitingPulls = 8_192;

/** What all three have in common: a work queue on disk that refuses what it cannot hold, never drops what it holds. */
const workQueue = {
  retention: RetentionPolicy.Workqueue,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_bytes: -1,
  max_msgs: -1,
  duplicate_window: duplicateWindowSeconds * nanosecondsPerSecond,
} as const;

/** The stream itself allows one message per job: a second publish is refused until the first is acknowledged. */
const oneMessagePerSubject = { max_msgs_per_subject: 1, discard_new_per_subject: true } as const;

const streamShapes: readonly StreamShape[] = [
  {
    name: streams.captures,
    subjects: [subjects.allCaptures],
    ...workQueue,
    ...oneMessagePerSubject,
  },
  {
    name: streams.results,
    subjects: [subjects.allResults],
    ...workQueue,
    max_age: resultsMaxAgeSeconds * nanosecondsPerSecond,
  },
  {
    name: streams.deliveries,
    subjects: [subjects.allDeliveries],
    ...workQueue,
    ...oneMessagePerSubject,
  },
];

/**
 * Creates or updates the three streams and the two consumers that do not depend on a pool. Safe to repeat: call it at
 * the start and in `nats.onReconnect` (the server may have lost its disk), then `ensureCaptureConsumer` for each pool.
 *
 * @throws Failure(InternalError) when the server refuses, or is too old to keep the rules of the streams.
 */
export async function ensureStreams(nats: Nats, settings: StreamSettings = {}): Promise<void> {
  for (const shape of streamShapes) await ensureStream(nats, shape, settings.replicas ?? 1);
  await ensureConsumer(nats, streams.results, {
    durable_name: consumers.jobController,
    ...consumerShape(resultAckWaitSeconds),
  });
  await ensureConsumer(nats, streams.deliveries, {
    durable_name: consumers.webhookSender,
    ...consumerShape(deliveryAckWaitSeconds),
  });
}

/** The durable consumer that the workers of a pool pull from. */
export async function ensureCaptureConsumer(
  nats: Nats,
  pool: string,
  { ackWaitSeconds = captureAckWaitSeconds }: ConsumerSettings = {},
): Promise<void> {
  await ensureConsumer(nats, streams.captures, {
    durable_name: consumers.captureWorker(pool),
    filter_subject: subjects.capturesOfPool(pool),
    ...consumerShape(ackWaitSeconds),
  });
}

/**
 * Removes the consumer of a pool that is gone and what is queued for it, which nobody would ever pull (the job's resource
 * is the record). No error if there is none.
 */
export async function deleteCaptureConsumer(nats: Nats, pool: string): Promise<void> {
  try {
    await nats.manager.consumers.delete(streams.captures, consumers.captureWorker(pool));
    await nats.manager.streams.purge(streams.captures, { filter: subjects.capturesOfPool(pool) });
  } catch (err) {
    if (!isConsumerNotFound(err))
      throw toNatsFailure(err, `The consumer of pool ${pool} could not be removed`);
  }
}

/** The capture requests on STILLS_CAPTURES. */
export async function capturesOnStream(nats: Nats): Promise<SubjectsOnStream> {
  return await subjectsOnStream(nats, streams.captures, subjects.allCaptures);
}

/** The results on STILLS_RESULTS that were not acknowledged yet. */
export async function resultsOnStream(nats: Nats): Promise<SubjectsOnStream> {
  return await subjectsOnStream(nats, streams.results, subjects.allResults);
}

/** Takes the capture request of a job off STILLS_CAPTURES, whether a worker has it or not. No error if there is none. */
export async function removeCapture(nats: Nats, pool: string, uid: string): Promise<void> {
  try {
    await nats.manager.streams.purge(streams.captures, { filter: subjects.capture(pool, uid) });
  } catch (err) {
    throw toNatsFailure(err, "The capture request could not be removed");
  }
}

/** The webhook deliveries on STILLS_DELIVERIES. */
export async function deliveriesOnStream(nats: Nats): Promise<SubjectsOnStream> {
  return await subjectsOnStream(nats, streams.deliveries, subjects.allDeliveries);
}

/** The message on one subject of a stream ("which attempt is there already?"); undefined if there is none. */
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
 * Whether every result up to a sequence (default: every one there is) has been acknowledged. A new leader remembers
 * `streamState(nats, streams.results).lastSequence` and is ready to dispatch when this says true for it.
 */
export async function resultsDrained(nats: Nats, upToSequence?: number): Promise<boolean> {
  const state = await streamState(nats, streams.results);
  return state.messages === 0 || state.firstSequence > (upToSequence ?? state.lastSequence);
}

async function ensureStream(nats: Nats, shape: StreamShape, replicas: number): Promise<void> {
  const wanted = { ...shape, num_replicas: replicas };
  let stored: StreamInfo;
  try {
    stored = await createOrUpdate(nats, wanted);
  } catch (err) {
    throw toNatsFailure(
      err,
      `The stream ${shape.name} could not be set up with ${replicas} replicas (STILLS_NATS_STREAM_REPLICAS); is JetStream switched on, with room on its disk, and are there as many servers?`,
    );
  }
  // Servers before 2.9 drop the field without a word, and with it the promise that nothing is captured twice.
  if (Boolean(shape.discard_new_per_subject) !== Boolean(stored.config.discard_new_per_subject))
    throw new Failure("InternalError", {
      message: `nats-server ${nats.connection.info?.version ?? ""} does not support discard_new_per_subject; use 2.10 or later`,
    });
}

async function createOrUpdate(nats: Nats, wanted: StreamShape): Promise<StreamInfo> {
  try {
    // Keeps what an administrator has set beyond our own settings.
    return await nats.manager.streams.update(wanted.name, wanted);
  } catch (err) {
    if (!isStreamNotFound(err)) throw err;
    return await nats.manager.streams.add(wanted);
  }
}

function consumerShape(ackWaitSeconds: number): Partial<ConsumerConfig> {
  return {
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: ackWaitSeconds * nanosecondsPerSecond,
    // The worker counts deliveries; a message the server stopped delivering would stay in the stream unseen.
    max_deliver: -1,
    // The controller's credit bounds what is out; delayed naks would otherwise fill the limit.
    max_ack_pending: -1,
    max_waiting: maxWaitingPulls,
  };
}

async function ensureConsumer(
  nats: Nats,
  stream: string,
  config: Partial<ConsumerConfig>,
): Promise<void> {
  try {
    await createOrUpdateConsumer(nats, stream, config);
  } catch (err) {
    throw toNatsFailure(
      err,
      `The consumer ${config.durable_name ?? ""} of ${stream} could not be set up`,
    );
  }
}

/** `add` alone refuses a consumer that is there with other settings. */
async function createOrUpdateConsumer(
  nats: Nats,
  stream: string,
  config: Partial<ConsumerConfig>,
): Promise<void> {
  try {
    await nats.manager.consumers.update(stream, config.durable_name ?? "", config);
  } catch (err) {
    if (!isConsumerNotFound(err)) throw err;
    await nats.manager.consumers.add(stream, config);
  }
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
