import type { ConsumerConfig, StreamInfo } from "@nats-io/jetstream";
import { captureAckWaitSeconds } from "../../api/messages/capture-request.ts";
import { deliveryAckWaitSeconds } from "../../api/messages/delivery-messages.ts";
import { consumers, streams, subjects } from "../../api/messages/subjects.ts";
import { Failure } from "../../api/reasons/failure.ts";
import type { Nats } from "./connection.ts";
import { isConsumerNotFound, isStreamNotFound, toNatsFailure } from "./nats-failure.ts";
import { consumerShape, resultAckWaitSeconds, streamShapes } from "./stream-shapes.ts";
import type { StreamShape } from "./stream-shapes.ts";

interface StreamSettings {
  /** How many servers of a cluster keep each stream; existing streams are changed. Default 1. */
  replicas?: number;
}

interface ConsumerSettings {
  /** Ack wait: how long before an unacknowledged request is redelivered. Default: `captureAckWaitSeconds`. */
  ackWaitSeconds?: number;
}

/**
 * Creates or updates the streams, and the consumers that do not depend on a pool. Idempotent: call it at the start and after a
 * reconnect, since the server may have lost its disk, then `ensureCaptureConsumer` for each pool.
 * @throws Failure(InternalError) when the server refuses, or is too old for the settings
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
 * Removes the consumer of a deleted pool and the requests queued for it, which no worker would pull. No error if there is no
 * consumer.
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

/** Removes a stream with all that is on it, for `ensureStreams` to create it again. No error if there is none. */
export async function deleteStream(nats: Nats, stream: string): Promise<void> {
  try {
    await nats.manager.streams.delete(stream);
  } catch (err) {
    if (!isStreamNotFound(err))
      throw toNatsFailure(err, `The stream ${stream} could not be deleted`);
  }
}

/** Removes the capture request of a job from STILLS_CAPTURES, also one that a worker holds. No error if there is none. */
export async function removeCapture(nats: Nats, pool: string, uid: string): Promise<void> {
  try {
    await nats.manager.streams.purge(streams.captures, { filter: subjects.capture(pool, uid) });
  } catch (err) {
    throw toNatsFailure(err, "The capture request could not be removed");
  }
}

async function ensureStream(nats: Nats, shape: StreamShape, replicas: number): Promise<void> {
  const wanted = { ...shape, num_replicas: replicas };
  let stored: StreamInfo;
  try {
    stored = await createOrUpdate(nats, wanted);
  } catch (err) {
    throw toNatsFailure(
      err,
      `The stream ${shape.name} could not be set up with ${replicas} replicas (STILLS_NATS_STREAM_REPLICAS); check that JetStream is on, has room on its disk, and that there are as many servers`,
    );
  }
  // Servers before 2.9 ignore the field, and a job could be captured twice.
  if (Boolean(shape.discard_new_per_subject) !== Boolean(stored.config.discard_new_per_subject))
    throw new Failure("InternalError", {
      message: `nats-server ${nats.connection.info?.version ?? ""} does not support discard_new_per_subject; use 2.10 or later`,
    });
}

async function createOrUpdate(nats: Nats, wanted: StreamShape): Promise<StreamInfo> {
  try {
    // An update keeps what an administrator has set beyond our own settings.
    return await nats.manager.streams.update(wanted.name, wanted);
  } catch (err) {
    if (!isStreamNotFound(err)) throw err;
    return await nats.manager.streams.add(wanted);
  }
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

/** `add` alone refuses a consumer that exists with other settings. */
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
