import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import type { ConsumerConfig, StreamConfig } from "@nats-io/jetstream";
import { streams, subjects } from "../../api/messages/subjects.ts";

/** Settings of a stream that Stills depends on; others stay as an administrator set them. */
export type StreamShape = Partial<StreamConfig> & Pick<StreamConfig, "name" | "subjects">;

const nanosecondsPerSecond = 1_000_000_000;
const duplicateWindowSeconds = 120;
/**
 * A result is removed after a day: by then its job has met its deadline, or was captured again. Captures and deliveries stay
 * until they are acknowledged or removed.
 */
const resultsMaxAgeSeconds = 86_400;
/** Ack wait of results. Applying one takes milliseconds, so a longer one only delays a fail-over. */
export const resultAckWaitSeconds = 10;
/** Pull requests that may wait at the same time; the server's default of 512 is less than a large pool has slots. */
const maxWaitingPulls = 8_192;

/** Common to all: a work queue on disk that refuses new messages when it is full and never drops old ones. */
const workQueue = {
  retention: RetentionPolicy.Workqueue,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_bytes: -1,
  max_msgs: -1,
  duplicate_window: duplicateWindowSeconds * nanosecondsPerSecond,
} as const;

/** One message per job: a second publish is refused until the first message is acknowledged. */
const oneMessagePerSubject = { max_msgs_per_subject: 1, discard_new_per_subject: true } as const;

/** The streams of Stills. */
export const streamShapes: readonly StreamShape[] = [
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

/** Settings of a durable consumer. */
export function consumerShape(ackWaitSeconds: number): Partial<ConsumerConfig> {
  return {
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: ackWaitSeconds * nanosecondsPerSecond,
    // Consumers count deliveries themselves; a message that the server stops delivering would stay in the stream unseen.
    max_deliver: -1,
    // The publisher bounds what is in flight; delayed naks would otherwise fill the limit.
    max_ack_pending: -1,
    max_waiting: maxWaitingPulls,
  };
}
