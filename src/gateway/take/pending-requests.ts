import { randomBytes } from "node:crypto";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import { parseVerdict, type Verdict } from "../../api/messages/verdict.ts";
import { parsePictureChunk } from "../../api/messages/picture-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { BytesMessage, Publisher, Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Runnable } from "../../platform/process/lifecycle.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { PictureReassembler, type ReceivedPicture } from "./picture-reassembler.ts";

/** A synchronous call that waits for one job. Registered before the job is created, so that no message is missed. */
export interface PendingRequest extends Disposable {
  /** For the reply annotation of the job. */
  readonly replyToken: string;
  /** Never rejects; stays pending if the worker does not send the picture directly. */
  readonly picture: Promise<ReceivedPicture>;
  /** Never rejects; a hint that the job has ended, which may be lost. */
  readonly verdict: Promise<Verdict>;
}

interface Entry {
  reassembler: PictureReassembler;
  resolvePicture: (picture: ReceivedPicture) => void;
  resolveVerdict: (verdict: Verdict) => void;
}

interface PendingRequestsDependencies {
  /** Part of the subject that workers send pictures to. */
  gatewayID: string;
  publisher: Publisher;
  metrics: GatewayMetrics;
  log: Logger;
}

/** All pending requests of one gateway, which share one subscription for pictures and one for verdicts. */
export class PendingRequests implements Runnable {
  readonly name = "pending requests";
  readonly gatewayID: string;
  readonly #publisher: Publisher;
  readonly #metrics: GatewayMetrics;
  readonly #log: Logger;
  readonly #byToken = new Map<string, Entry>();
  readonly #byJob = new Map<string, Set<Entry>>();
  #subscriptions: Unsubscribe[] = [];

  constructor({ gatewayID, publisher, metrics, log }: PendingRequestsDependencies) {
    this.gatewayID = gatewayID;
    this.#publisher = publisher;
    this.#metrics = metrics;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#subscriptions = [
      this.#publisher.subscribeBytes(subjects.bytesOfGateway(this.gatewayID), (message) =>
        this.#receiveChunk(message),
      ),
      this.#publisher.subscribe(subjects.allVerdicts, ({ body }) =>
        this.#receiveVerdict(parseVerdict(body)),
      ),
    ];
    // Jobs are created right after this, so both subscriptions must be active on the server.
    await this.#publisher.flush();
    this.#log.debug({ gateway: this.gatewayID }, "Subscribed to pictures and verdicts");
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  register(job: Omit<JobIdentity, "uid">): PendingRequest {
    const token = randomBytes(16).toString("hex");
    const picture = Promise.withResolvers<ReceivedPicture>();
    const verdict = Promise.withResolvers<Verdict>();
    const entry: Entry = {
      reassembler: new PictureReassembler(),
      resolvePicture: picture.resolve,
      resolveVerdict: verdict.resolve,
    };
    const key = `${job.namespace}/${job.name}`;
    const sameJob = this.#byJob.get(key) ?? new Set();
    this.#byJob.set(key, sameJob.add(entry));
    this.#byToken.set(token, entry);
    this.#metrics.pendingRequests.set(this.#byToken.size);
    return {
      replyToken: token,
      picture: picture.promise,
      verdict: verdict.promise,
      [Symbol.dispose]: () => {
        this.#byToken.delete(token);
        this.#metrics.pendingRequests.set(this.#byToken.size);
        sameJob.delete(entry);
        if (sameJob.size === 0) this.#byJob.delete(key);
      },
    };
  }

  #receiveChunk({ subject, headers, bytes }: BytesMessage): void {
    const token = subject.slice(subject.lastIndexOf(".") + 1);
    const entry = this.#byToken.get(token);
    if (entry === undefined) return;
    const picture = entry.reassembler.add(parsePictureChunk(headers, bytes));
    if (picture !== undefined) entry.resolvePicture(picture);
  }

  #receiveVerdict(verdict: Verdict): void {
    const { namespace, name } = verdict.job;
    for (const entry of this.#byJob.get(`${namespace}/${name}`) ?? [])
      entry.resolveVerdict(verdict);
  }
}
