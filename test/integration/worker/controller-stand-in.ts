import { randomUUID } from "node:crypto";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import { parseCaptureResult } from "../../../src/api/messages/capture-result.ts";
import type { AttemptAnswer } from "../../../src/api/messages/attempt-answer.ts";
import type { CaptureRequest } from "../../../src/api/messages/capture-request.ts";
import type { CaptureResult } from "../../../src/api/messages/capture-result.ts";
import type { UploadAnswer, UploadQuestion } from "../../../src/api/messages/upload-messages.ts";
import type { WorkerAnnouncement } from "../../../src/api/messages/worker-announcement.ts";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import {
  askQueue,
  captureMessageID,
  consumers,
  streams,
  subjects,
} from "../../../src/api/messages/subjects.ts";
import { serveRequests } from "../../../src/platform/nats/request-reply.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import type { Nats } from "../../../src/platform/nats/connection.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { PullConsumer } from "../../../src/platform/nats/pull-consumer.ts";
import { capturesOnStream } from "../../../src/platform/nats/stream-state.ts";
import { ensureCaptureConsumer, ensureStreams } from "../../../src/platform/nats/streams.ts";
import { ObjectStore } from "../../../src/platform/objects/object-store.ts";
import { aCaptureSpec } from "../../support/capture-spec.ts";
import { eventually } from "../../support/eventually.ts";
import type { TestNATS, TestObjects } from "../../support/servers.ts";
import { silentLog } from "../../support/silent-log.ts";

export const pool = "default";

const plainCapture = aCaptureSpec({
  viewport: { widthPixels: 320, heightPixels: 200, deviceScalePercent: 100 },
  navigationTimeoutSeconds: 60,
});

/** The controller's side of the messages to and from workers. */
export class ControllerStandIn implements AsyncDisposable {
  readonly results: CaptureResult[] = [];
  readonly announcements: WorkerAnnouncement[] = [];
  readonly questions: string[] = [];
  /** Replace the answers to the next upload requests. */
  readonly uploadAnswers: ((ticket: UploadAnswer) => UploadAnswer)[] = [];
  attemptAnswer: AttemptAnswer = { kind: "Wanted" };
  readonly nats: Nats;
  readonly store: ObjectStore;
  readonly #publisher: Publisher;
  readonly #stopping = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  private constructor(nats: Nats, store: ObjectStore) {
    this.nats = nats;
    this.store = store;
    this.#publisher = new Publisher(nats);
  }

  static async start(
    server: TestNATS,
    objects: TestObjects,
    ackWaitSeconds: number,
  ): Promise<ControllerStandIn> {
    // The administrator's rights: tests also do what a controller may not, such as deleting a stream.
    const { user, password } = server;
    const nats = createNats({
      url: server.url,
      user,
      password,
      name: "stand-in",
      log: silentLog,
      inboxPrefix: inboxPrefix(user, "stand-in"),
    });
    await nats.start(AbortSignal.timeout(60_000));
    const controller = new ControllerStandIn(nats, new ObjectStore(objects));
    await ensureStreams(nats);
    await ensureCaptureConsumer(nats, pool, { ackWaitSeconds });
    controller.#listen();
    return controller;
  }

  /** Publishes a capture request; returns the uid of its job. */
  async request(
    capture: Partial<CaptureSpec>,
    overrides: Partial<Omit<CaptureRequest, "version">> & { version?: number } = {},
  ): Promise<string> {
    const { uid, request } = this.#requestFor(capture);
    await this.publish(uid, { ...request, ...overrides });
    return uid;
  }

  /** Publishes one request for several captures of one page, whose first one loads it; returns the uids of their jobs. */
  async requestTogether(captures: readonly Partial<CaptureSpec>[]): Promise<string[]> {
    const made = captures.map((capture) => this.#requestFor(capture));
    const [carrier, ...companions] = made.map(({ request }) => request);
    const uids = made.map(({ uid }) => uid);
    await this.publish(uids[0] ?? "", { ...carrier, companions });
    return uids;
  }

  #requestFor(capture: Partial<CaptureSpec>): { uid: string; request: CaptureRequest } {
    const uid = randomUUID();
    const request: CaptureRequest = {
      version: messageVersion,
      job: { namespace: "marketing", name: `job-${uid}`, uid },
      attempt: 1,
      attemptToken: `token-of-${uid}`,
      dispatch: 1,
      pool,
      capture: { ...plainCapture, ...capture },
      budgetMilliseconds: 600_000,
      notAfterMilliseconds: Date.now() + 600_000,
      proxyTokens: { page: `page-${uid}`, store: `store-${uid}` },
    };
    return { uid, request };
  }

  async publish(uid: string, message: unknown): Promise<void> {
    await this.#publisher.publish(subjects.capture(pool, uid), message, {
      messageID: captureMessageID(uid, 1, 1),
    });
  }

  cancel(uid: string): void {
    this.#publisher.send(subjects.cancel(uid), {});
  }

  callRoll(): void {
    this.#publisher.send(subjects.rollCall, {});
  }

  /** The first result of the job. */
  async result(uid: string): Promise<CaptureResult> {
    return eventually(`job ${uid} has a result`, () => this.resultsOf(uid)[0]);
  }

  resultsOf(uid: string): CaptureResult[] {
    return this.results.filter((result) => result.job.uid === uid);
  }

  /** Whether the request is still queued or unacknowledged. */
  async isOnStream(uid: string): Promise<boolean> {
    return (await capturesOnStream(this.nats)).subjects.has(subjects.capture(pool, uid));
  }

  async settled(uid: string): Promise<void> {
    await eventually(`the request of ${uid} is acknowledged`, async () => {
      return !(await this.isOnStream(uid));
    });
  }

  async announced(
    what: string,
    matches: (announcement: WorkerAnnouncement) => boolean,
  ): Promise<WorkerAnnouncement> {
    return eventually(`a worker announces ${what}`, () => this.announcements.findLast(matches));
  }

  /** Pulls the request and returns it, as if a worker had died, until it has been delivered this often. */
  async wasteDeliveries(times: number): Promise<void> {
    const consumer = new PullConsumer(this.nats, {
      stream: streams.captures,
      consumer: consumers.captureWorker(pool),
      log: silentLog,
    });
    const { signal } = this.#stopping;
    for (let wasted = 0; wasted < times && !signal.aborted;)
      for await (const delivery of consumer.fetch({ max: 1, expiresMilliseconds: 5_000, signal })) {
        delivery.nak();
        wasted += 1;
      }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#listening;
    await this.nats.stop();
    this.store.close();
  }

  #listen(): void {
    serveRequests(this.nats, subjects.ask.upload, askQueue, async (body) => {
      const question = body as UploadQuestion;
      this.questions.push(`upload ${question.job.uid}`);
      return (this.uploadAnswers.shift() ?? ((ticket) => ticket))(await this.#ticket(question));
    });
    serveRequests(this.nats, subjects.ask.attempt, askQueue, async (body) => {
      this.questions.push(`attempt ${(body as UploadQuestion).job.uid}`);
      return this.attemptAnswer;
    });
    this.#publisher.subscribe(subjects.allAnnouncements, ({ body }) => {
      this.announcements.push(body as WorkerAnnouncement);
    });
    this.#listening = this.#takeResults();
  }

  async #ticket(question: UploadQuestion): Promise<UploadAnswer> {
    const key = `artifacts/${question.job.namespace}/${question.job.uid}/${question.attempt}.png`;
    const { sizeBytes, sha256, mediaType } = question;
    const ticket = await this.store.uploadTicket({
      key,
      sizeBytes,
      sha256,
      mediaType,
      metadata: {},
      expiresSeconds: 120,
    });
    return { kind: "Ticket", ...ticket, bucket: this.store.bucket, key };
  }

  async #takeResults(): Promise<void> {
    const { signal } = this.#stopping;
    const consumer = new PullConsumer(this.nats, {
      stream: streams.results,
      consumer: consumers.jobController,
      log: silentLog,
    });
    while (!signal.aborted)
      for await (const delivery of consumer.fetch({
        max: 50,
        expiresMilliseconds: 5_000,
        signal,
      })) {
        this.results.push(parseCaptureResult(delivery.body));
        await delivery.ack();
      }
  }
}
