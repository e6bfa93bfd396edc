import { Failure } from "../../api/reasons/failure.ts";
import { messageVersion } from "../../api/messages/message-version.ts";
import { deliveryMessageID } from "../../api/messages/delivery-messages.ts";
import type { DeliveryRequest, DeliveryResult } from "../../api/messages/delivery-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { isDeliveryPending, projectJob } from "../jobs/job-record.ts";
import type { JobRecord } from "../jobs/job-record.ts";
import { keyOf } from "../../platform/kube/object-key.ts";
import type { ObjectKey } from "../../platform/kube/object-key.ts";
import { MessageTooLarge, type Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { RequestKeys } from "../jobs/capture-request.ts";
import type { WebhookConfig } from "../config.ts";
import type { FinalDelivery } from "./delivery-outcome-applier.ts";
import { createDeliveryRequest } from "./delivery-request.ts";
import { createDeliveryToken } from "./delivery-token.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { NatsRepair } from "../nats-repair.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { jobLogFields } from "../jobs/job-log-fields.ts";

interface DeliveryOutboxDependencies {
  publisher: Publisher;
  jobReader: JobReader;
  keys: RequestKeys & { webhooks: WebhookConfig };
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
  repair: NatsRepair;
}

/** A webhook without a final outcome. Lost with the leader; the next one restores it from the jobs. */
export interface PendingDelivery {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly endedMilliseconds: number;
  /** How often this leader published it; part of the message id. */
  dispatch: number;
  /** When it was published, monotonic; infinite until NATS has confirmed it. */
  publishedAtMilliseconds: number;
  /** Final, but the API server refused to store it: the webhook is not sent again. */
  outcome: FinalDelivery | undefined;
}

/** Concurrent publishes; each is one read from the API server and one publish. */
const maxConcurrentPublishes = 32;
const pauseAfterFailureMilliseconds = 1_000;
const maxRounds = 3;

/**
 * The webhooks of finished jobs until their outcome is final: publishes each one for the gateways. The jobs themselves are
 * the record. Leader only.
 */
export class DeliveryOutbox {
  readonly #dependencies: DeliveryOutboxDependencies;
  readonly #pending = new Map<ObjectKey, PendingDelivery>();
  readonly #queue = new Set<PendingDelivery>();
  readonly #running = new Set<Promise<void>>();
  #signal = AbortSignal.abort();

  constructor(dependencies: DeliveryOutboxDependencies) {
    this.#dependencies = dependencies;
  }

  /** Starts publishing; the signal ends it. */
  begin(signal: AbortSignal): void {
    this.#signal = signal;
    this.#pump();
  }

  /** Resolves when the publishes under way have ended. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Records the current state of a job; undefined when the job does not exist. */
  update(key: ObjectKey, record: JobRecord | undefined): void {
    const known = this.#pending.get(key);
    const isPending = record !== undefined && isDeliveryPending(record);
    if (isPending && known?.uid === record.uid) return;
    if (known !== undefined) {
      this.#pending.delete(key);
      this.#queue.delete(known);
    }
    if (!isPending) return;
    const { uid, namespace, name, completedMilliseconds, createdMilliseconds } = record;
    const added: PendingDelivery = {
      uid,
      namespace,
      name,
      dispatch: 0,
      endedMilliseconds: completedMilliseconds ?? createdMilliseconds,
      publishedAtMilliseconds: Number.POSITIVE_INFINITY,
      outcome: undefined,
    };
    this.#pending.set(key, added);
    this.#enqueue(added);
  }

  /** The webhooks without a final outcome. */
  pendingDeliveries(): PendingDelivery[] {
    return [...this.#pending.values()];
  }

  /** Publishes a lost webhook again. */
  publishAgain(delivery: PendingDelivery): void {
    delivery.publishedAtMilliseconds = Number.POSITIVE_INFINITY;
    this.#enqueue(delivery);
  }

  /** The API server refused to store this outcome: the webhook is not published again in this term. */
  remember(outcome: FinalDelivery): void {
    const known = this.#pending.get(keyOf(outcome.job));
    if (known?.uid === outcome.job.uid) known.outcome = outcome;
  }

  /**
   * As `remember`, and puts the outcome on the stream in place of the delivery, so that no other leader publishes the webhook again.
   *
   * @throws Failure while the delivery is still there: the gateway acknowledges it right after its result
   */
  async keep(outcome: FinalDelivery): Promise<void> {
    this.remember(outcome);
    const { uid } = outcome.job;
    const kept = await this.#dependencies.publisher.publish(
      subjects.delivery(uid),
      this.#keptOutcome(outcome),
      { messageID: `${uid}.kept.${this.#dependencies.clock.now()}`, signal: this.#signal },
    );
    if (kept.kind === "Occupied")
      throw new Failure("InternalError", {
        message: "The delivery of the webhook is not acknowledged yet",
      });
  }

  #keptOutcome({ job, delivery, message }: FinalDelivery): DeliveryResult {
    const deliveryToken = createDeliveryToken(this.#dependencies.keys.attemptKey, job.uid);
    return { version: messageVersion, job, deliveryToken, delivery, message };
  }

  #enqueue(delivery: PendingDelivery): void {
    this.#queue.add(delivery);
    this.#pump();
  }

  #pump(): void {
    while (this.#running.size < maxConcurrentPublishes && !this.#signal.aborted) {
      const [next] = this.#queue;
      if (next === undefined) return;
      this.#queue.delete(next);
      this.#start(next);
    }
  }

  #start(delivery: PendingDelivery): void {
    const work = this.#publish(delivery)
      .catch(async (err: unknown) => {
        if (this.#signal.aborted) return;
        this.#dependencies.log.warn(
          { ...jobLogFields(delivery), err },
          "Could not publish webhook",
        );
        if (err instanceof MessageTooLarge) delivery.outcome = unsendable(delivery);
        else this.#dependencies.repair.request();
        await this.#pause();
        if (this.#isPending(delivery)) this.#queue.add(delivery);
      })
      .finally(() => {
        this.#running.delete(work);
        this.#pump();
      });
    this.#running.add(work);
  }

  async #publish(delivery: PendingDelivery): Promise<void> {
    const { jobReader, publisher, keys, metrics, clock, log } = this.#dependencies;
    const { uid } = delivery;
    const job = await jobReader.latestJob(delivery, this.#signal);
    // The cache is behind: it will show the change, and then the delivery is removed.
    if (job?.metadata.uid !== uid || !isDeliveryPending(projectJob(job))) return;
    const request: DeliveryRequest | DeliveryResult =
      delivery.outcome === undefined
        ? createDeliveryRequest(job, keys)
        : this.#keptOutcome(delivery.outcome);
    // If an earlier leader used this message id, NATS stores nothing and answers with a duplicate: try the next one.
    for (let round = 0; round < maxRounds; round += 1) {
      delivery.dispatch += 1;
      const outcome = await publisher.publish(subjects.delivery(uid), request, {
        messageID: deliveryMessageID(uid, delivery.dispatch),
        signal: this.#signal,
      });
      delivery.publishedAtMilliseconds = clock.monotonicMilliseconds();
      if (outcome.kind === "Occupied") return;
      if (outcome.duplicate) continue;
      metrics.deliveriesPublished.increment();
      log.debug({ ...jobLogFields(delivery), dispatch: delivery.dispatch }, "Published webhook");
      return;
    }
  }

  #isPending(delivery: PendingDelivery): boolean {
    return this.#pending.values().some((known) => known === delivery);
  }

  async #pause(): Promise<void> {
    const { clock } = this.#dependencies;
    await clock.sleep(pauseAfterFailureMilliseconds, this.#signal).catch(() => undefined);
  }
}

/** Kept on the stream in place of the delivery, so that a gateway reports it. */
function unsendable({ uid, namespace, name }: PendingDelivery): FinalDelivery {
  return {
    job: { namespace, name, uid },
    delivery: "DeliveryExhausted",
    message: "The webhook is larger than a message of NATS may be",
  };
}
