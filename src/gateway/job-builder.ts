import { randomBytes, createHash } from "node:crypto";
import { annotations, labels } from "../api/keys.ts";
import type { JobIdentity } from "../api/messages.ts";
import type { ScreenshotJob } from "../api/v1alpha1.ts";
import type { TakeRequest } from "../core/take-request.ts";
import type { KnownAccount } from "./account-directory.ts";

export type JobName = Omit<JobIdentity, "uid">;

/** How long records stay: long enough to be read by whoever waited, or asks later. */
const synchronousTTLSeconds = 60;
const asynchronousTTLSeconds = 600;
const asynchronousDeadlineSeconds = 600;

/** A name nobody can guess, in the order of time; with an idempotency key always the same for the same account and key. */
export function chooseJobName(
  account: KnownAccount,
  idempotencyKey: string | undefined,
  nowMilliseconds: number,
): JobName {
  const { namespace } = account.spec;
  if (idempotencyKey === undefined) {
    const time = nowMilliseconds.toString(36).padStart(9, "0");
    return { namespace, name: `take-${time}-${randomBytes(8).toString("hex")}` };
  }
  const digest = createHash("sha256").update(`${account.name}\n${idempotencyKey}`).digest("hex");
  return { namespace, name: `take-key-${digest.slice(0, 40)}` };
}

/** Digest of what a call asks for: a repeated idempotency key must come with the same one. */
export function requestDigest(request: TakeRequest): string {
  return createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 32);
}

export interface JobParts {
  job: JobName;
  account: KnownAccount;
  request: TakeRequest;
  /** Where the picture goes at once; only for a synchronous call. */
  reply: { gateway: string; token: string } | undefined;
}

/** The job of a call, as it is created. */
export function buildJob({ job, account, request, reply }: JobParts): ScreenshotJob {
  const { spec } = request;
  return {
    metadata: {
      ...job,
      labels: { [labels.account]: account.name },
      annotations: {
        [annotations.requestDigest]: requestDigest(request),
        ...(reply ? { [annotations.reply]: `${reply.gateway}.${reply.token}` } : {}),
      },
    },
    spec: {
      ...spec,
      poolName: account.spec.poolName,
      ...lifeOf(request),
      ...webhookOf(request, account),
    },
    // The API server fills in what is missing.
  } as unknown as ScreenshotJob;
}

function lifeOf(request: TakeRequest): Record<string, number> {
  if (request.asynchronous)
    return {
      activeDeadlineSeconds: asynchronousDeadlineSeconds,
      ttlSecondsAfterFinished: asynchronousTTLSeconds,
    };
  return {
    captureTimeoutSeconds: request.timeoutSeconds,
    navigationTimeoutSeconds: Number(
      request.spec["navigationTimeoutSeconds"] ?? Math.min(30, request.timeoutSeconds),
    ),
    activeDeadlineSeconds: request.timeoutSeconds,
    startDeadlineSeconds: request.timeoutSeconds,
    ttlSecondsAfterFinished: synchronousTTLSeconds,
  };
}

function webhookOf(request: TakeRequest, account: KnownAccount): Record<string, unknown> {
  const { webhook } = request;
  if (webhook === undefined) return {};
  return {
    webhook: {
      url: webhook.url,
      body: request.responseType === "json" ? "Result" : "Picture",
      sign: webhook.sign,
      onFailure: webhook.onFailure ? "Send" : "Omit",
      accountName: account.name,
      returnLocation: request.returnLocation,
      returnImageSize: request.imageSize,
      ...(request.externalIdentifier === undefined
        ? {}
        : { externalIdentifier: request.externalIdentifier }),
    },
  };
}
