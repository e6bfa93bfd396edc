import { createHash } from "node:crypto";
import {
  captureAckWaitSeconds,
  parseCaptureRequest,
} from "../../../src/api/messages/capture-request.ts";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import type { AttemptAnswer } from "../../../src/api/messages/attempt-answer.ts";
import type { CaptureOutcome } from "../../../src/api/messages/capture-result.ts";
import type { CaptureRequest } from "../../../src/api/messages/capture-request.ts";
import type { UploadAnswer } from "../../../src/api/messages/upload-messages.ts";
import type { WorkerProblem } from "../../../src/api/reasons/worker-problems.ts";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import { consumers, streams, subjects, uidOfSubject } from "../../../src/api/messages/subjects.ts";
import { sendRequest } from "../../../src/platform/nats/request-reply.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import type { Nats } from "../../../src/platform/nats/connection.ts";
import { keepWorking } from "../../../src/platform/nats/message-lease.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import type { Delivery } from "../../../src/platform/nats/pull-consumer.ts";
import { silentLog } from "../silent-log.ts";

/** What a stub does with a request: returns the outcome to report, or undefined to report nothing. */
export type Behaviour = (
  request: CaptureRequest,
  worker: StubWorker,
) => Promise<CaptureOutcome | undefined>;

export interface StubWorkerOptions {
  url: string;
  user: string;
  password?: string;
  /** Shown instead of user and password. */
  tokenFile?: string;
  name: string;
  pool?: string;
  slots?: number;
  behave?: Behaviour;
  /** Whether it pulls from the start; otherwise `beginPulling` starts it. */
  pulls?: boolean;
}

/** A worker without a browser: real NATS, real tickets, real uploads, and as many slots as a test wants. */
export class StubWorker {
  readonly name: string;
  readonly pool: string;
  readonly nats: Nats;
  readonly publisher: Publisher;
  /** Every request that arrived, in order. */
  readonly requests: CaptureRequest[] = [];
  readonly cancelled: string[] = [];
  behave: Behaviour;
  /** Announced as the reason why it takes no more jobs; it finishes those it has. */
  problem: WorkerProblem | undefined;
  readonly #slots: number;
  readonly #holding = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;
  #announcing: NodeJS.Timeout | undefined;
  #resultCount = 0;

  private constructor(options: StubWorkerOptions) {
    this.name = options.name;
    this.pool = options.pool ?? "default";
    this.behave = options.behave ?? takePicture;
    this.#slots = options.slots ?? 4;
    this.nats = createNats({
      url: options.url,
      user: options.user,
      ...(options.password !== undefined && { password: options.password }),
      ...(options.tokenFile !== undefined && { tokenFile: options.tokenFile }),
      name: options.name,
      inboxPrefix: inboxPrefix(options.user, options.name),
      log: silentLog,
    });
    this.publisher = new Publisher(this.nats);
  }

  static async start(options: StubWorkerOptions): Promise<StubWorker> {
    const worker = new StubWorker(options);
    await worker.nats.start(AbortSignal.timeout(60_000));
    worker.publisher.subscribe(subjects.rollCall, () => worker.#announce());
    worker.publisher.subscribe(subjects.allCancels, ({ subject }) => {
      worker.cancelled.push(uidOfSubject(subject));
    });
    worker.#announcing = setInterval(() => worker.#announce(), 2_000);
    worker.#announce();
    if (options.pulls !== false) worker.beginPulling();
    return worker;
  }

  beginPulling(): void {
    this.#loop ??= this.#pull();
  }

  /** Requests for a job, in order. */
  requestsFor(name: string): CaptureRequest[] {
    return this.requests.filter(({ job }) => job.name === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#announcing);
    this.#stopping.abort(new Error("The test is over"));
    await this.#loop;
    await Promise.all(this.#running);
    this.#announce("Stopped");
    await this.nats.stop();
  }

  async #pull(): Promise<void> {
    const { signal } = this.#stopping;
    const consumer = new PullConsumer(this.nats, {
      stream: streams.captures,
      consumer: consumers.captureWorker(this.pool),
      log: silentLog,
    });
    while (!signal.aborted) {
      const max = this.#slots - this.#running.size;
      for await (const delivery of consumer.fetch({ max, expiresMilliseconds: 5_000, signal })) {
        const work = this.#work(delivery).finally(() => this.#running.delete(work));
        this.#running.add(work);
      }
      while (this.#running.size >= this.#slots) await Promise.race(this.#running);
    }
  }

  async #work(delivery: Delivery): Promise<void> {
    const request = parseCaptureRequest(delivery.body);
    this.requests.push(request);
    this.#holding.add(request.job.uid);
    this.#announce();
    // Renewed like a worker's, so that a test may hold a request for any time.
    using _lease = keepWorking(this.nats, delivery, {
      ackWaitSeconds: captureAckWaitSeconds,
    });
    try {
      const outcome = await this.behave(request, this);
      if (outcome === undefined) return;
      await this.report(request, outcome);
      await delivery.ack();
    } catch (err) {
      if (!this.#stopping.signal.aborted) throw err;
    } finally {
      this.#holding.delete(request.job.uid);
      this.#announce();
    }
  }

  async report(request: CaptureRequest, outcome: CaptureOutcome): Promise<void> {
    const { job, attempt, attemptToken } = request;
    this.#resultCount += 1;
    await this.publisher.publish(
      subjects.result(job.uid),
      {
        version: messageVersion,
        job,
        attempt,
        attemptToken,
        worker: this.name,
        pool: this.pool,
        outcome,
      },
      { messageID: `${this.name}.${this.#resultCount}.${job.uid}` },
    );
  }

  /** `takenKey`: that of a ticket which the store refused, since an object is there. */
  async askUpload(
    request: CaptureRequest,
    bytes: Uint8Array,
    takenKey?: string,
  ): Promise<UploadAnswer> {
    const { job, attempt, attemptToken } = request;
    const question = {
      ...(takenKey !== undefined && { takenKey }),
      ...{ job, attempt, attemptToken },
      sizeBytes: bytes.byteLength,
      sha256: sha256Of(bytes),
      mediaType: "image/png",
      widthPixels: 4,
      heightPixels: 3,
      writesOnce: true,
    };
    return (await sendRequest(this.nats, subjects.ask.upload, question, {
      timeoutMilliseconds: 60_000,
    })) as UploadAnswer;
  }

  async askAttempt(request: CaptureRequest): Promise<AttemptAnswer> {
    const { job, attempt, attemptToken } = request;
    return (await sendRequest(
      this.nats,
      subjects.ask.attempt,
      { job, attempt, attemptToken },
      { timeoutMilliseconds: 60_000 },
    )) as AttemptAnswer;
  }

  #announce(state: "Ready" | "Unready" | "Stopped" = this.problem ? "Unready" : "Ready"): void {
    if (!this.nats.isConnected) return;
    this.publisher.send(subjects.announce(this.pool, this.name), {
      version: messageVersion,
      worker: this.name,
      pool: this.pool,
      state,
      slots: this.#slots,
      holding: [...this.#holding],
      sandbox: "On",
      ...(state === "Unready" ? { reason: this.problem } : {}),
    });
  }
}

const pictureBytes = Buffer.from("not really a picture");

/** Ticket, upload, and the outcome that a real worker would report. */
export const takePicture: Behaviour = (request, worker) =>
  uploadPicture(request, worker, pictureBytes);

/** The same with bytes of a test's own. */
export async function uploadPicture(
  request: CaptureRequest,
  worker: StubWorker,
  bytes: Buffer<ArrayBuffer>,
): Promise<CaptureOutcome | undefined> {
  const ticket = await worker.askUpload(request, bytes);
  if (ticket.kind !== "Ticket") return undefined;
  const { method, headers, bucket, key } = ticket;
  const answer = await fetch(ticket.url, { method, headers, body: bytes });
  const text = await answer.text();
  // An attempt that is published again finds its own picture.
  if (answer.status === 412) {
    const again = await worker.askUpload(request, bytes, key);
    if (again.kind === "Stored") return captured(again.bucket, again.key, bytes);
  }
  if (!answer.ok) throw new Error(`The store answered ${answer.status}: ${text}`);
  return captured(bucket, key, bytes);
}

/** Reports a picture that does not exist, for tests that do not read it. */
export const pretendPicture =
  (bucket: string): Behaviour =>
  async ({ job, attempt }) =>
    captured(bucket, `artifacts/${job.namespace}/${job.uid}/${attempt}.png`);

export function captured(bucket: string, key: string, bytes = pictureBytes): CaptureOutcome {
  return {
    kind: "Captured",
    artifact: {
      bucket,
      key,
      digest: `sha256:${sha256Of(bytes)}`,
      sizeBytes: bytes.byteLength,
      mediaType: "image/png",
      widthPixels: 4,
      heightPixels: 3,
    },
    timingsMilliseconds: {},
    warnings: [],
  };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
