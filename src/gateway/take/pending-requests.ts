import { randomBytes } from "node:crypto";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import { parseVerdict, type Verdict } from "../../api/messages/verdict.ts";
import {
  largestDirectPictureBytes,
  parsePictureChunk,
  pictureChunkBytes,
  type PictureChunk,
} from "../../api/messages/picture-messages.ts";
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
  /** Once the job is created: pictures of other jobs are dropped. */
  acceptPictureOf(uid: string): void;
  /** Never rejects; stays pending if the worker does not send the picture directly. */
  readonly picture: Promise<ReceivedPicture>;
  /** Never rejects; a hint that the job has ended, which may be lost. */
  readonly verdict: Promise<Verdict>;
}

interface Entry {
  /** Of the job; undefined until it is created. */
  uid: string | undefined;
  /** Chunks that came before the uid was known. */
  early: PictureChunk[];
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

/** Those of one picture. A capture takes longer than the answer to the creation of its job, so hardly any is early. */
const maxEarlyChunks = largestDirectPictureBytes / pictureChunkBytes;

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
      uid: undefined,
      early: [],
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
      acceptPictureOf: (uid) => {
        entry.uid = uid;
        for (const chunk of entry.early.splice(0)) this.#addChunk(entry, chunk);
      },
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
    const chunk = parsePictureChunk(headers, bytes);
    if (entry.uid !== undefined) this.#addChunk(entry, chunk);
    else if (entry.early.length < maxEarlyChunks) entry.early.push(chunk);
  }

  #addChunk({ uid, reassembler, resolvePicture }: Entry, chunk: PictureChunk): void {
    if (chunk.head !== undefined && chunk.head.uid !== uid)
      return this.#log.warn({ uid, sender: chunk.head.uid }, "Dropped a picture of another job");
    const picture = reassembler.add(chunk);
    if (picture !== undefined) resolvePicture(picture);
  }

  #receiveVerdict(verdict: Verdict): void {
    const { namespace, name } = verdict.job;
    for (const entry of this.#byJob.get(`${namespace}/${name}`) ?? [])
      entry.resolveVerdict(verdict);
  }
}
