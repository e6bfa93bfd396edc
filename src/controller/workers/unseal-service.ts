import { parsePlaintextQuestion } from "../../api/messages/secret-messages.ts";
import type { PlaintextAnswer, PlaintextQuestion } from "../../api/messages/secret-messages.ts";
import { askQueue, subjects } from "../../api/messages/subjects.ts";
import { isPageField } from "../../api/options/sealed-fields.ts";
import { serveRequests } from "../../platform/nats/request-reply.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Unsubscribe } from "../../platform/nats/publisher.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import { sealReply } from "../../platform/sealing/reply-box.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { ControllerMetrics } from "../metrics.ts";
import type { SealedFieldReader } from "./sealed-field-reader.ts";
import { wantedJob } from "./wanted-job.ts";

interface UnsealServiceDependencies {
  nats: Nats;
  jobReader: JobReader;
  sealedFields: SealedFieldReader;
  attemptKey: string;
  metrics: ControllerMetrics;
}

const answerLimitMilliseconds = 20_000;

/**
 * Unseals the fields of a job that are for its page, for the worker that holds its current attempt. The answer is sealed to the key that came with
 * the request, so that only this worker can read it. Every replica serves these requests; nothing is kept or logged.
 */
export class UnsealService implements Runnable {
  readonly name = "unseal service";
  readonly #dependencies: UnsealServiceDependencies;
  readonly #stopping = new AbortController();
  #unsubscribe: Unsubscribe | undefined;

  constructor(dependencies: UnsealServiceDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    const { nats } = this.#dependencies;
    this.#unsubscribe = serveRequests(nats, subjects.ask.plaintext, askQueue, (body) =>
      this.#answer(parsePlaintextQuestion(body)),
    );
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#stopping.abort(new Error("The controller is stopping"));
  }

  async #answer(question: PlaintextQuestion): Promise<PlaintextAnswer> {
    const { metrics } = this.#dependencies;
    try {
      const answer = await this.#unseal(question);
      metrics.unsealRequests.increment({ answer: answer.kind });
      return answer;
    } catch (thrown) {
      metrics.unsealRequests.increment({ answer: "Failed" });
      throw thrown;
    }
  }

  async #unseal(question: PlaintextQuestion): Promise<PlaintextAnswer> {
    const { sealedFields } = this.#dependencies;
    using deadline = new Deadline({
      milliseconds: answerLimitMilliseconds,
      parents: [this.#stopping.signal],
    });
    const job = await wantedJob(this.#dependencies, question, deadline.signal);
    if (job === undefined) return { kind: "Finished" };
    const secrets = await sealedFields.open(job, isPageField, deadline.signal);
    const plaintext = Buffer.from(JSON.stringify(secrets));
    return { kind: "Sealed", ...(await sealReply(question.replyKey, plaintext, question.job.uid)) };
  }
}
