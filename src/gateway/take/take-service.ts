import type { Readable } from "node:stream";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { errorOfJob, errorOfLastAttempt } from "../../core/take/take-result.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import { refuseTarget } from "../accounts/refuse-target.ts";
import type { KnownAccount } from "../accounts/account-directory.ts";
import type { AdmissionControl } from "../accounts/admission-control.ts";
import type { JobClient } from "../jobs/job-client.ts";
import type { WebhookURLValidator } from "../webhooks/webhook-url-validator.ts";
import type { BucketMonitor } from "./bucket-monitor.ts";
import type { CachedDelivery } from "./cached-delivery.ts";
import type { CallDoor } from "./call-priority.ts";
import type { CallRecords } from "./call-records.ts";
import {
  buildJob,
  chooseJobName,
  requestDigest,
  type JobKeys,
  type JobName,
} from "./job-builder.ts";
import type { LoadMember } from "./load-member.ts";
import type { JobWaiter } from "./job-waiter.ts";
import type { PendingRequest, PendingRequests } from "./pending-requests.ts";
import type { ReceivedPicture } from "./picture-reassembler.ts";
import type { PartialRequest } from "./range-policy.ts";
import { valueAt } from "./spec-draft.ts";
import { jobStorageOf, type StorageRules } from "./storage-policy.ts";
import { openStoredPicture } from "./stored-picture.ts";
import type { TakeRequest } from "./take-request.ts";

export interface TakeCall {
  request: TakeRequest;
  account: KnownAccount;
  door: CallDoor;
  idempotencyKey: string | undefined;
  /** What a GET or HEAD asks for of a cached picture; undefined for the whole of it. */
  partial?: PartialRequest | undefined;
  /** Set if the page is shared with other calls. */
  load?: LoadMember | undefined;
  /** Aborted when the caller disconnects. */
  signal: AbortSignal;
}

export interface Picture {
  /** The whole picture, or a stream from the object store. */
  bytes: Uint8Array | Readable;
  sizeBytes: number;
  mediaType: string;
  widthPixels?: number | undefined;
  heightPixels?: number | undefined;
  /** The requested `metadata`; only if the picture came directly from the worker. */
  metadata?: PageMetadata;
  /** Only then, too. */
  warnings?: string[];
}

export type TakeOutcome =
  | { kind: "Accepted"; job: JobName }
  /** The picture came directly from the worker; the job's final status may not be written yet. */
  | { kind: "Direct"; job: JobIdentity; picture: Picture }
  | {
      kind: "Finished";
      job: ScreenshotJob;
      picture: Picture | undefined;
      /** Only of a call with `cache`. */
      cached?: CachedDelivery;
    };

/** Takes pictures, with or without a cache. */
export interface Takes {
  /** @throws TakeError */
  take(call: TakeCall): Promise<TakeOutcome>;
}

interface TakeServiceDependencies {
  webhookURLValidator: WebhookURLValidator;
  admissionControl: AdmissionControl;
  jobClient: JobClient;
  jobWaiter: JobWaiter;
  jobKeys: JobKeys;
  bucketMonitor: BucketMonitor;
  pendingRequests: PendingRequests;
  callRecords: CallRecords;
  objectStore: ObjectStore;
  storageRules: StorageRules;
  clock: Clock;
}

/** How long a job's own error is awaited after the call's timeout, since it names the cause. */
const graceSeconds = 5;
const giveUpTimeoutMilliseconds = 10_000;

/** Creates the job of a call and waits for the result that the caller requested. */
export class TakeService implements Takes {
  readonly #dependencies: TakeServiceDependencies;

  constructor(dependencies: TakeServiceDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws TakeError */
  async take(call: TakeCall): Promise<TakeOutcome> {
    const { jobClient, jobKeys, pendingRequests, storageRules, clock } = this.#dependencies;
    const { request, account, door, signal } = call;
    refuseTarget(account, request.spec["url"]);
    const job = chooseJobName(account, call.idempotencyKey, clock.now());
    const remembered = await this.#remembered(job, call);
    if (remembered !== undefined) return await this.#answerAgain(remembered, call);
    const storage = jobStorageOf(request, account, storageRules);
    await this.#admit(job, call);
    const load = await call.load?.join(job.name, signal);
    const input = { job, account, door, request, storage, load, signal };
    if (request.asynchronous) {
      await jobClient.create(await buildJob({ ...input, reply: undefined }, jobKeys), signal);
      await this.#cancelIfRemembered(job, call);
      return { kind: "Accepted", job };
    }
    using pending = pendingRequests.register(job);
    const reply = { gateway: pendingRequests.gatewayID, token: pending.replyToken };
    const uid = await jobClient.create(await buildJob({ ...input, reply }, jobKeys), signal);
    call.load?.settle();
    pending.acceptPictureOf(uid);
    const late = await this.#cancelIfRemembered(job, call);
    if (late !== undefined) return await this.#answerAgain(late, call);
    return await this.#wait({ ...job, uid }, call, pending);
  }

  /** The job that an earlier call with the same idempotency key had, if it is gone. */
  async #remembered(
    name: JobName,
    { request, idempotencyKey, signal }: TakeCall,
  ): Promise<ScreenshotJob | undefined> {
    if (idempotencyKey === undefined) return undefined;
    const { callRecords, jobKeys } = this.#dependencies;
    const digest = requestDigest(request, jobKeys.digestKey);
    return await callRecords.find({ name, digest }, signal);
  }

  /** The job of an earlier call may have gone, and left its record, after that was looked for. */
  async #cancelIfRemembered(name: JobName, call: TakeCall): Promise<ScreenshotJob | undefined> {
    const remembered = await this.#remembered(name, call);
    if (remembered !== undefined) await this.#dependencies.jobClient.cancel(name, call.signal);
    return remembered;
  }

  async #answerAgain(job: ScreenshotJob, call: TakeCall): Promise<TakeOutcome> {
    if (call.request.asynchronous) return { kind: "Accepted", job: job.metadata };
    const error = errorOfJob(job);
    if (error !== undefined) throw error;
    return { kind: "Finished", job, picture: await this.#pictureOf(job, call) };
  }

  /** Refuses a call before it creates a job. */
  async #admit(job: JobName, { request, account, signal }: TakeCall): Promise<void> {
    const { webhookURLValidator, admissionControl } = this.#dependencies;
    if (request.webhook !== undefined) await webhookURLValidator.validate(request.webhook.url);
    if (!request.asynchronous) admissionControl.refuseWhileStoreIsAway();
    await admissionControl.admit(account, job, signal);
  }

  async #wait(name: JobIdentity, call: TakeCall, pending: PendingRequest): Promise<TakeOutcome> {
    const { jobWaiter, bucketMonitor } = this.#dependencies;
    const answered = new AbortController();
    using deadline = new Deadline({
      milliseconds: (call.request.timeoutSeconds + graceSeconds) * 1000,
      parents: [call.signal, answered.signal],
    });
    const finished = jobWaiter.untilFinished(name, pending, deadline.signal);
    // It may reject after the direct picture has won the race.
    finished.catch(() => undefined);
    try {
      if (acceptsDirectPicture(call.request)) {
        const first = await Promise.race([pending.picture, finished]);
        if ("bytes" in first) return { kind: "Direct", job: name, picture: withSize(first) };
      }
      const job = await finished;
      const error = errorOfJob(job);
      if (error?.reason === "StorageInvalid") bucketMonitor.checkNow();
      if (error !== undefined) throw error;
      return { kind: "Finished", job, picture: await this.#pictureOf(job, call, pending) };
    } catch (thrown) {
      if (thrown instanceof TakeError || !(call.signal.aborted || deadline.isReached)) throw thrown;
      throw await this.#giveUp(name, call);
    } finally {
      // Stops reading the job once a direct picture has answered the call.
      answered.abort();
    }
  }

  /** The direct picture if it has arrived, else the stored one; undefined if the response contains none. */
  async #pictureOf(
    { status }: ScreenshotJob,
    { request, signal }: TakeCall,
    pending?: PendingRequest,
  ): Promise<Picture | undefined> {
    if (request.responseType !== "by_format") return undefined;
    const direct = await Promise.race([pending?.picture, Promise.resolve(undefined)]);
    if (direct !== undefined) return withSize(direct);
    const { objectStore } = this.#dependencies;
    const artifact = status?.artifact;
    const stored = artifact && (await openStoredPicture(objectStore, artifact.key, { signal }));
    if (!artifact || !stored)
      throw new TakeError("internal_application_error", {
        message: "The stored picture no longer exists in the object store",
        reason: "StorageUnavailable",
      });
    const { widthPixels, heightPixels, mediaType } = artifact;
    const { body: bytes, sizeBytes } = stored;
    return { bytes, sizeBytes, mediaType, widthPixels, heightPixels };
  }

  /** What to answer when the caller or the call's own limit ends the wait. */
  async #giveUp(name: JobName, call: TakeCall): Promise<TakeError> {
    const { jobClient } = this.#dependencies;
    const signal = AbortSignal.timeout(giveUpTimeoutMilliseconds);
    const error = call.signal.aborted
      ? disconnected()
      : timedOut(call.request, await jobClient.get(name, signal).catch(() => undefined));
    if (!isNeededBeyond(call)) await jobClient.cancel(name, signal).catch(() => undefined);
    return error;
  }
}

/** The error of a call whose caller has gone. */
export function disconnected(): TakeError {
  return new TakeError("request_aborted", {
    message: "The caller disconnected",
    reason: "Cancelled",
  });
}

/** The error of the job's last attempt says more than that the time is over. */
function timedOut({ timeoutSeconds }: TakeRequest, job: ScreenshotJob | undefined): TakeError {
  const ended = job && errorOfJob(job);
  if (ended !== undefined) return ended;
  const message = `The request did not end within ${timeoutSeconds} seconds ("timeout")`;
  const last = job && errorOfLastAttempt(job);
  if (last?.reason === undefined)
    return new TakeError("timeout_error", { message, reason: "DeadlineExceeded" });
  return new TakeError(last.code, {
    message: `${last.message}. ${message}`,
    reason: last.reason,
  });
}

/** Whether the job serves something else than the call: a stored or cached picture, a webhook or a repeated call. */
function isNeededBeyond({ request, idempotencyKey }: TakeCall): boolean {
  const { store, cache, webhook } = request;
  return store || [cache, webhook, idempotencyKey].some((purpose) => purpose !== undefined);
}

/** Whether the response needs nothing but the picture, so that it need not wait for the job's final status. */
function acceptsDirectPicture(request: TakeRequest): boolean {
  return (
    request.responseType === "by_format" &&
    !request.store &&
    // The response says whether the picture was cached.
    request.cache === undefined &&
    request.webhook === undefined &&
    // The response links to the page's content, which must be stored first.
    request.spec["pageContent"] === undefined &&
    // It also links to the slices.
    valueAt(request.spec, "fullPage.slices") !== true
  );
}

function withSize(picture: ReceivedPicture): Picture {
  return { ...picture, sizeBytes: picture.bytes.byteLength };
}
