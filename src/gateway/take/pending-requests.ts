import { randomBytes } from "node:crypto";
import type { JobIdentity, Verdict } from "../../api/messages/capture-messages.ts";
import { parsePictureChunk } from "../../api/messages/picture-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { Publisher, Unsubscribe } from "../../platform/nats/publisher.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { PictureAssembly, type ReceivedPicture } from "./picture-assembly.ts";

/** Somebody who waits for one job. Registered before the job is created, so nothing can come too early. */
export interface Waiter extends Disposable {
  /** For the job's reply annotation. */
  readonly replyToken: string;
  /** Never rejects; stays open when the picture comes another way. */
  readonly picture: Promise<ReceivedPicture>;
  /** Never rejects; a hint to look at the job, which may be lost. */
  readonly verdict: Promise<Verdict>;
}

interface Waiting {
  assembly: PictureAssembly;
  resolvePicture: (picture: ReceivedPicture) => void;
  resolveVerdict: (verdict: Verdict) => void;
}

/** All waiters of one gateway, behind one subscription for pictures and one for verdicts. A Runnable. */
export class PendingRequests {
  readonly name = "waiters";
  readonly #gateway: string;
  readonly #publisher: Publisher;
  readonly #log: Logger;
  readonly #byToken = new Map<string, Waiting>();
  readonly #byJob = new Map<string, Set<Waiting>>();
  #subscriptions: Unsubscribe[] = [];

  constructor(gateway: string, publisher: Publisher, log: Logger) {
    this.#gateway = gateway;
    this.#publisher = publisher;
    this.#log = log;
  }

  get size(): number {
    return this.#byToken.size;
  }

  async start(): Promise<void> {
    this.#subscriptions = [
      this.#publisher.subscribeBytes(subjects.bytesOfGateway(this.#gateway), (message) => {
        const token = message.subject.slice(message.subject.lastIndexOf(".") + 1);
        const waiting = this.#byToken.get(token);
        if (waiting === undefined) return;
        const chunk = parsePictureChunk(message.headers, message.bytes);
        const picture = waiting.assembly.add(chunk);
        if (picture !== undefined) waiting.resolvePicture(picture);
      }),
      this.#publisher.subscribe(subjects.allVerdicts, ({ body }) => this.#hear(body as Verdict)),
    ];
    // Whoever creates a job right after this relies on both being in force.
    await this.#publisher.flush();
    this.#log.debug({ gateway: this.#gateway }, "Listened for pictures and verdicts");
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  register(job: Omit<JobIdentity, "uid">): Waiter {
    const token = randomBytes(16).toString("hex");
    const picture = Promise.withResolvers<ReceivedPicture>();
    const verdict = Promise.withResolvers<Verdict>();
    const waiting: Waiting = {
      assembly: new PictureAssembly(),
      resolvePicture: picture.resolve,
      resolveVerdict: verdict.resolve,
    };
    const key = `${job.namespace}/${job.name}`;
    const others = this.#byJob.get(key) ?? new Set();
    this.#byJob.set(key, others.add(waiting));
    this.#byToken.set(token, waiting);
    return {
      replyToken: token,
      picture: picture.promise,
      verdict: verdict.promise,
      [Symbol.dispose]: () => {
        this.#byToken.delete(token);
        others.delete(waiting);
        if (others.size === 0) this.#byJob.delete(key);
      },
    };
  }

  #hear(verdict: Verdict): void {
    const { namespace, name } = verdict.job;
    for (const waiting of this.#byJob.get(`${namespace}/${name}`) ?? [])
      waiting.resolveVerdict(verdict);
  }
}
