import { createHash, createHmac, randomBytes } from "node:crypto";
import { annotations, labels } from "../../api/settings/keys.ts";
import type { JobIdentity } from "../../api/messages/capture-messages.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { hasSecrets } from "./secret-options.ts";
import { invalidRequest } from "../../core/take/take-error.ts";
import type { TakeRequest } from "./take-request.ts";
import type { Sealer } from "../../platform/sealing/sealed-fields.ts";
import type { KnownAccount } from "../accounts/account-directory.ts";

export type JobName = Omit<JobIdentity, "uid">;

/** How long records stay: long enough to be read by whoever waited, or asks later. */
const synchronousTTLSeconds = 60;
const asynchronousTTLSeconds = 600;
const asynchronousDeadlineSeconds = 600;
/** A capture that meets its own limit can say what it waited for; the job's deadline, which only says "too late", leaves it time to. */
const reportSeconds = 3;

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

/**
 * What a call asks for, as a keyed digest: a repeated idempotency key must come with the same one. Everybody who may read jobs sees
 * it, and without the key a short password among the options could be found by trying.
 */
function requestDigest(request: TakeRequest, key: string): string {
  return createHmac("sha256", key)
    .update(`request digest\n${JSON.stringify(request)}`)
    .digest("hex")
    .slice(0, 32);
}

export interface JobParts {
  job: JobName;
  account: KnownAccount;
  request: TakeRequest;
  /** Where the picture goes at once; only for a synchronous call. */
  reply: { gateway: string; token: string } | undefined;
}

export interface JobKeys {
  /** All gateways have the same. */
  digestKey: string;
  /** None where the operator has set up no key to seal with. */
  sealer: Sealer | undefined;
}

/** The job of a call, as it is created. @throws TakeError when it has secrets that cannot be sealed */
export async function buildJob(
  { job, account, request, reply }: JobParts,
  { digestKey, sealer }: JobKeys,
): Promise<ScreenshotJob> {
  const spec = {
    ...request.spec,
    poolName: account.spec.poolName,
    ...lifeOf(request),
    ...webhookOf(request, account),
  };
  return {
    metadata: {
      ...job,
      labels: { [labels.account]: account.name },
      annotations: {
        [annotations.requestDigest]: requestDigest(request, digestKey),
        ...(reply ? { [annotations.reply]: `${reply.gateway}.${reply.token}` } : {}),
      },
    },
    spec: { ...spec, ...(await sealedOf(request, { ...job, spec }, sealer)) },
    // The API server fills in what is missing.
  } as unknown as ScreenshotJob;
}

async function sealedOf(
  { secrets }: TakeRequest,
  job: JobName & { spec: object },
  sealer: Sealer | undefined,
): Promise<object> {
  if (!hasSecrets(secrets)) return {};
  if (sealer === undefined)
    throw invalidRequest(
      Object.keys(secrets).map(
        (name) =>
          `"${name}" cannot be used here, since the operator has set up no key to seal it with`,
      ),
    );
  return { sealed: await sealer.seal(job, secrets) };
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
    activeDeadlineSeconds: request.timeoutSeconds + reportSeconds,
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
