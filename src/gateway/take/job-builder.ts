import { createHash, createHmac, randomBytes } from "node:crypto";
import { annotations, labels } from "../../api/settings/kubernetes-names.ts";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import { cacheKeyOf } from "./cache-key.ts";
import { callPriority, type CallDoor } from "./call-priority.ts";
import { secretOptions } from "../../api/options/secret-options.ts";
import { hasSecrets } from "./secret-options.ts";
import { keyedJobName } from "../../core/storage/keyed-job-name.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import { invalidRequest } from "../../core/take/take-error.ts";
import type { JobStorage } from "../../api/kinds/storage-fields.ts";
import type { LoadRole } from "./load-member.ts";
import type { TakeRequest } from "./take-request.ts";
import type { JobInputs } from "../inputs/job-inputs.ts";
import type { SealedSecret, Sealer } from "../../platform/sealing/sealed-fields.ts";
import type { KnownAccount } from "../accounts/account-directory.ts";

export type JobName = Omit<JobIdentity, "uid">;

/** How long finished jobs are kept: for the gateway that waits for them, and for later requests of the caller. */
const synchronousTTLSeconds = 60;
const asynchronousTTLSeconds = 600;
const asynchronousDeadlineSeconds = 600;
/** The job's deadline comes this much after the capture's timeout, since only the capture can report what it waited for. */
const reportSeconds = 3;

/** An unguessable name that sorts by time; with an idempotency key, the same name for the same account and key. */
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
  return { namespace, name: keyedJobName(digest) };
}

/**
 * A keyed digest of the request, which must be equal when an idempotency key is repeated. It is readable on the job, so it is keyed:
 * otherwise a short password among the options could be found by brute force.
 */
export function requestDigest(request: TakeRequest, key: string): string {
  return createHmac("sha256", key)
    .update(`request digest\n${JSON.stringify(request)}`)
    .digest("hex")
    .slice(0, 32);
}

interface JobInput {
  job: JobName;
  account: KnownAccount;
  door: CallDoor;
  request: TakeRequest;
  storage: JobStorage | undefined;
  /** Where the worker sends the picture directly; only for a synchronous call. */
  reply: { gateway: string; token: string } | undefined;
  /** Undefined if it shares no page. */
  load: LoadRole | undefined;
  signal: AbortSignal;
}

/** The job of a call; the API server sets the defaults of its spec. */
export interface NewScreenshotJob {
  metadata: JobName & { labels: Record<string, string>; annotations: Record<string, string> };
  spec: object;
}

export interface JobKeys {
  /** Of the installation, whose controllers take the job. */
  className: string;
  /** The same for all gateways. */
  digestKey: string;
  /** Undefined if the operator has configured no sealing key. */
  sealer: Sealer | undefined;
  proofs: JobProofs;
  inputs: JobInputs;
}

/**
 * Builds the job of a call, and stores what is too large for it.
 * @throws TakeError if it has secrets but there is no sealer, or if content cannot be stored
 */
export async function buildJob(
  { job, account, door, request, storage, reply: replyAddress, load, signal }: JobInput,
  { className, digestKey, sealer, proofs, inputs }: JobKeys,
): Promise<NewScreenshotJob> {
  const spec = {
    ...(await inputs.placeContent(request.spec, job.namespace, signal)),
    ...(storage !== undefined && { storage }),
    className,
    poolName: account.spec.poolName,
    priority: callPriority(
      { door, asynchronous: request.asynchronous },
      account.spec.limits?.maxPriority,
    ),
    ...deadlinesOf(request),
    ...cacheFields(request, account, digestKey),
    ...webhookFields(request, account),
  };
  const reply = replyAddress && `${replyAddress.gateway}.${replyAddress.token}`;
  const sealed = await sealSecrets(request, { ...job, spec }, sealer);
  const placed = await inputs.placeSealed(sealed, job.namespace, signal);
  return {
    metadata: {
      ...job,
      labels: { [labels.account]: account.name },
      annotations: {
        [annotations.requestDigest]: requestDigest(request, digestKey),
        [annotations.proof]: proofs.create({ ...job, account: account.name, reply, spec }),
        ...(reply === undefined ? {} : { [annotations.reply]: reply }),
        ...(request.externalIdentifier !== undefined && {
          [annotations.externalIdentifier]: request.externalIdentifier,
        }),
        ...loadAnnotations(load),
      },
    },
    spec: { ...spec, ...(sealed.length > 0 && { sealed: placed }) },
  };
}

function loadAnnotations(load: LoadRole | undefined): Record<string, string> {
  if (load?.kind === "Carrier") return { [annotations.carries]: load.companions.join(",") };
  return load?.kind === "Companion" ? { [annotations.loadsWith]: load.carrier } : {};
}

async function sealSecrets(
  { secrets }: TakeRequest,
  job: JobName & { spec: object },
  sealer: Sealer | undefined,
): Promise<SealedSecret[]> {
  if (!hasSecrets(secrets)) return [];
  if (sealer === undefined)
    throw invalidRequest(
      Object.keys(secrets).map(
        (name) =>
          `"${name === "storageKeys" ? secretOptions.storageAccessKeyID.http.name : name}" requires a sealing key, which the operator has not configured`,
      ),
    );
  return await sealer.seal(job, secrets);
}

function deadlinesOf(request: TakeRequest): Record<string, number> {
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
    activeDeadlineSeconds: request.timeoutSeconds + reportSeconds,
    startDeadlineSeconds: request.timeoutSeconds,
    ttlSecondsAfterFinished: synchronousTTLSeconds,
  };
}

function cacheFields(
  request: TakeRequest,
  account: KnownAccount,
  digestKey: string,
): { cache?: { key: string; ttlSeconds: number } } {
  if (request.cache === undefined) return {};
  const { ttlSeconds } = request.cache;
  return { cache: { key: cacheKeyOf(request, account, digestKey), ttlSeconds } };
}

function webhookFields(request: TakeRequest, account: KnownAccount): Record<string, unknown> {
  const webhook = webhookOf(request);
  return webhook === undefined ? {} : { webhook: { ...webhook, accountName: account.name } };
}

/** `spec.webhook` of a call, without the account whose key signs; undefined if it asks for none. */
export function webhookOf(request: TakeRequest): Record<string, unknown> | undefined {
  const { webhook } = request;
  if (webhook === undefined) return undefined;
  return {
    url: webhook.url,
    body: request.responseType === "json" ? "Result" : "Picture",
    sign: webhook.sign,
    onFailure: webhook.onFailure ? "Send" : "Omit",
    returnLocation: request.returnLocation,
    returnImageSize: request.imageSize,
    ...(request.externalIdentifier === undefined
      ? {}
      : { externalIdentifier: request.externalIdentifier }),
  };
}
