import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { errorOfJob, hasSucceeded } from "../../core/take/take-result.ts";
import type { TakeRequest } from "./take-request.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { KnownAccount } from "../accounts/account-directory.ts";
import { buildJob, chooseJobName, type JobKeys, type JobName } from "./job-builder.ts";
import type { BucketWatch } from "./bucket-watch.ts";
import type { AdmissionControl } from "../accounts/admission-control.ts";
import type { JobClient } from "../jobs/job-client.ts";
import { longestDownloadMilliseconds } from "../download-limit.ts";
import type { ReceivedPicture } from "./picture-assembly.ts";
import type { Waiter, PendingRequests } from "./pending-requests.ts";
import type { WebhookGuard } from "../webhooks/webhook-guard.ts";

export interface TakeCall {
  request: TakeRequest;
  account: KnownAccount;
  idempotencyKey: string | undefined;
  /** Aborted when the caller hangs up. */
  signal: AbortSignal;
}

export interface Picture {
  /** All of it, or a stream of what is stored. */
  bytes: Uint8Array | Readable;
  sizeBytes: number;
  mediaType: string;
  widthPixels?: number | undefined;
  heightPixels?: number | undefined;
  /** What was asked for in `metadata`, of a picture that came straight from the worker. */
  metadata?: PageMetadata;
}

export type TakeOutcome =
  | { kind: "Accepted"; job: JobName }
  /** The bytes came straight from the worker; the job's end is still being written. */
  | { kind: "Direct"; job: JobName; picture: Picture }
  | { kind: "Finished"; job: ScreenshotJob; picture: Picture | undefined };

export interface TakeServiceParts extends JobKeys {
  gateway: string;
  desk: JobClient;
  doorkeeper: AdmissionControl;
  webhookGuard: WebhookGuard;
  bucket: BucketWatch;
  waiters: PendingRequests;
  store: ObjectStore;
  clock: Clock;
}

/** After the deadline the verdict is still awaited for a moment: it says more than "too late". */
const verdictGraceSeconds = 5;
/** The safety net under the verdict, which core NATS may lose. */
const looksAfterSeconds = [2, 4, 8, 15];

/** Turns a call into a job and waits for what the caller asked for. */
export class TakeService {
  readonly #parts: TakeServiceParts;

  constructor(parts: TakeServiceParts) {
    this.#parts = parts;
  }

  async take(call: TakeCall): Promise<TakeOutcome> {
    const { desk, waiters, gateway, clock } = this.#parts;
    const { request, account } = call;
    const name = chooseJobName(account, call.idempotencyKey, clock.now());
    await this.#refuseEarly(name, call);
    if (request.asynchronous) {
      const parts = { job: name, account, request, reply: undefined };
      await desk.create(await buildJob(parts, this.#parts), call.signal);
      return { kind: "Accepted", job: name };
    }
    using waiter = waiters.register(name);
    const reply = { gateway, token: waiter.replyToken };
    const job = await buildJob({ job: name, account, request, reply }, this.#parts);
    await desk.create(job, call.signal);
    try {
      return await this.#wait(name, call, waiter);
    } catch (thrown) {
      await this.#abandon(name, call, thrown);
      throw thrown;
    }
  }

  /** What cannot end well makes no job. */
  async #refuseEarly(name: JobName, { request, account, signal }: TakeCall): Promise<void> {
    const { webhookGuard, doorkeeper } = this.#parts;
    if (request.webhook !== undefined) await webhookGuard.check(request.webhook.url);
    await doorkeeper.admit(account, name, signal);
  }

  async #wait(name: JobName, call: TakeCall, waiter: Waiter): Promise<TakeOutcome> {
    const limit = AbortSignal.timeout((call.request.timeoutSeconds + verdictGraceSeconds) * 1000);
    const answered = new AbortController();
    const signal = AbortSignal.any([call.signal, limit, answered.signal]);
    const finished = this.#finishedJob(name, waiter, signal);
    // Whichever comes second may fail without anybody listening any more.
    finished.catch(() => undefined);
    try {
      if (wantsOnlyBytes(call.request)) {
        const first = await Promise.race([waiter.picture, finished]);
        if ("bytes" in first) return { kind: "Direct", job: name, picture: sized(first) };
      }
      const job = await finished;
      const error = errorOfJob(job);
      if (error?.reason === "StorageInvalid") this.#parts.bucket.lookNow();
      if (error !== undefined) throw error;
      return { kind: "Finished", job, picture: await this.#pictureOf(job, call, waiter) };
    } catch (thrown) {
      throw this.#translate(thrown, call, limit);
    } finally {
      // A picture that came directly is answered; nobody need ask the API server about its job any more.
      answered.abort();
    }
  }

  async #finishedJob(name: JobName, waiter: Waiter, signal: AbortSignal): Promise<ScreenshotJob> {
    let heard = false;
    const hearing = waiter.verdict.then(() => {
      heard = true;
    });
    for (let look = 0; ; look++) {
      const pauseSeconds = looksAfterSeconds[Math.min(look, looksAfterSeconds.length - 1)] ?? 15;
      const pause = sleep(pauseSeconds * 1000, undefined, { signal, ref: false });
      await (heard ? pause : Promise.race([hearing, pause]));
      // The pause that lost the race may still reject when the signal comes.
      pause.catch(() => undefined);
      const job = await this.#parts.desk.get(name, signal);
      if (job === undefined)
        throw new TakeError("request_aborted", { message: "The job was deleted while it ran" });
      if (hasSucceeded(job) || errorOfJob(job) !== undefined) return job;
    }
  }

  /** What came directly if it came, else what is stored. */
  async #pictureOf(
    job: ScreenshotJob,
    { request, signal }: TakeCall,
    waiter: Waiter,
  ): Promise<Picture | undefined> {
    if (request.responseType !== "by_format") return undefined;
    const direct = await Promise.race([waiter.picture, Promise.resolve(undefined)]);
    if (direct !== undefined) return sized(direct);
    const artifact = job.status?.artifact;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(longestDownloadMilliseconds)]);
    const stored = artifact && (await this.#parts.store.open(artifact.key, { signal: limit }));
    if (!artifact || !stored)
      throw new TakeError("internal_application_error", {
        message: "The picture was stored, but is gone from the store",
        reason: "StorageUnavailable",
      });
    const { widthPixels, heightPixels, mediaType } = artifact;
    const { body: bytes, sizeBytes } = stored;
    return { bytes, sizeBytes, mediaType, widthPixels, heightPixels };
  }

  #translate(thrown: unknown, { signal, request }: TakeCall, limit: AbortSignal): unknown {
    if (thrown instanceof TakeError) return thrown;
    if (signal.aborted)
      return new TakeError("request_aborted", {
        message: "The caller hung up",
        reason: "Cancelled",
      });
    if (!limit.aborted) return thrown;
    return new TakeError("timeout_error", {
      message: `The request did not end within ${request.timeoutSeconds} seconds ("timeout")`,
      reason: "DeadlineExceeded",
    });
  }

  /** Nobody waits any more: a job that serves nobody else either is called off. */
  async #abandon(
    name: JobName,
    { request, idempotencyKey }: TakeCall,
    why: unknown,
  ): Promise<void> {
    const stillWanted =
      request.store || request.webhook !== undefined || idempotencyKey !== undefined;
    const gaveUp =
      why instanceof TakeError && ["request_aborted", "timeout_error"].includes(why.code);
    if (stillWanted || !gaveUp) return;
    await this.#parts.desk.cancel(name, AbortSignal.timeout(10_000)).catch(() => undefined);
  }
}

function sized(picture: ReceivedPicture): Picture {
  return { ...picture, sizeBytes: picture.bytes.byteLength };
}

function wantsOnlyBytes(request: TakeRequest): boolean {
  return (
    request.responseType === "by_format" &&
    !request.store &&
    request.webhook === undefined &&
    // The link to the page's content works only when that is stored.
    request.spec["pageContent"] === undefined
  );
}
