import { parseSignatureAnswer } from "../../api/messages/delivery-messages.ts";
import type { DeliveryResult, SignatureQuestion } from "../../api/messages/delivery-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Delivery } from "../../platform/nats/pull-consumer.ts";
import { sendRequest } from "../../platform/nats/request-reply.ts";

interface KeptOutcomeReporterDependencies {
  nats: Nats;
  publisher: Publisher;
  /** From 0 to 1, for jitter. */
  random: () => number;
}

const firstPauseMilliseconds = 5_000;
const longestPauseMilliseconds = 600_000;
const questionTimeoutMilliseconds = 10_000;
/** Of no body: the question is only whether the webhook is settled. */
const noDigest = "0".repeat(64);

/**
 * Reports outcomes that the API server refused to store, until it stores them or the job is gone. The outcome stays on the stream in
 * place of the delivery meanwhile, so no leader publishes the webhook again.
 */
export class KeptOutcomeReporter {
  readonly #dependencies: KeptOutcomeReporterDependencies;

  constructor(dependencies: KeptOutcomeReporterDependencies) {
    this.#dependencies = dependencies;
  }

  async report(delivery: Delivery, result: DeliveryResult): Promise<void> {
    if (await this.#isSettled(result)) return void (await delivery.ack());
    const { job } = result;
    await this.#dependencies.publisher.publish(
      subjects.result(job.uid),
      { ...result, isKept: true },
      { messageID: `${job.uid}.kept.${delivery.sequence}.${delivery.deliveryCount}` },
    );
    // Without a lease: one that is redelivered meanwhile is reported twice, which changes nothing.
    delivery.nak(this.#pauseAfter(delivery.deliveryCount));
  }

  async #isSettled({ job, deliveryToken }: DeliveryResult): Promise<boolean> {
    const question: SignatureQuestion = {
      ...{ job, deliveryToken, timestampSeconds: 0, bodySHA256: noDigest },
    };
    const answer = await sendRequest(this.#dependencies.nats, subjects.ask.signature, question, {
      timeoutMilliseconds: questionTimeoutMilliseconds,
    });
    return parseSignatureAnswer(answer).kind === "Settled";
  }

  #pauseAfter(deliveryCount: number): number {
    const doubled = firstPauseMilliseconds * 2 ** Math.min(deliveryCount - 1, 16);
    const jitter = 0.8 + 0.4 * this.#dependencies.random();
    return Math.min(doubled, longestPauseMilliseconds) * jitter;
  }
}
