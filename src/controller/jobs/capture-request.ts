import { messageVersion } from "../../api/messages/message-version.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import type {
  AccountSpec,
  ScreenshotJob,
  ScreenshotJobSpec,
} from "../../api/kinds/resource-types.ts";
import { createAttemptToken } from "./attempt-token.ts";
import { currentAttempt, deadlineMilliseconds } from "./job-record.ts";
import type { JobRecord } from "./job-record.ts";
import { defaultProxyLimits, signProxyToken } from "../../core/tokens/proxy-token.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import { addressEntriesOf } from "../../core/targets/host-list.ts";
import type { TrafficClass } from "../../api/messages/proxy-grant.ts";
import { isPageField } from "../../api/options/sealed-fields.ts";

export interface RequestKeys {
  attemptKey: string;
  proxyKey: string;
}

/** A picture that was captured in time may be uploaded this long after the deadline. */
const uploadGraceSeconds = 120;

/** The message that hands the current attempt of a job to the workers of its pool. */
export function createCaptureRequest(
  job: ScreenshotJob,
  record: JobRecord,
  options: RequestKeys & {
    dispatch: number;
    proofs: JobProofs;
    /** Of the account that the job counts for. */
    targets: AccountSpec["targets"] | undefined;
    nowMilliseconds: number;
  },
): CaptureRequest {
  const { namespace, name, uid } = record;
  const attempt = currentAttempt(record);
  const notAfterMilliseconds = deadlineMilliseconds(record);
  const { proxyKey, targets } = options;
  return {
    version: messageVersion,
    job: { namespace, name, uid },
    attempt,
    attemptToken: createAttemptToken(options.attemptKey, uid, attempt),
    dispatch: options.dispatch,
    pool: record.pool,
    capture: captureOf(job.spec),
    budgetMilliseconds: Math.max(0, notAfterMilliseconds - options.nowMilliseconds),
    notAfterMilliseconds,
    proxyTokens: {
      page: proxyToken(record, {
        ...{ attempt, trafficClass: "page", proxyKey, graceSeconds: 0 },
        deny: addressEntriesOf(targets?.deny ?? []),
      }),
      store: uploadProxyToken(record, { attempt, trafficClass: "store", proxyKey }),
    },
    ...(targets === undefined ? {} : { targets }),
    ...(job.spec.sealed?.some(({ field }) => isPageField(field)) ? { hasSealedFields: true } : {}),
    ...(record.hasOwnBucket && { hasOwnBucket: true }),
    ...replyFields(options.proofs.replyOf(job)),
  };
}

interface ProxyTokenOptions {
  attempt: number;
  trafficClass: TrafficClass;
  proxyKey: string;
}

/** A token for an upload, which may begin when the page's time is over. */
export function uploadProxyToken(record: JobRecord, options: ProxyTokenOptions): string {
  return proxyToken(record, { ...options, graceSeconds: uploadGraceSeconds });
}

function proxyToken(
  record: JobRecord,
  options: ProxyTokenOptions & { graceSeconds: number; deny?: string[] },
): string {
  const { attempt, trafficClass, proxyKey, graceSeconds, deny = [] } = options;
  const { uid } = record;
  const limits = defaultProxyLimits[trafficClass];
  const expires = Math.ceil(deadlineMilliseconds(record) / 1000) + graceSeconds;
  return signProxyToken(
    { uid, attempt, class: trafficClass, limits, expires, ...(deny.length > 0 && { deny }) },
    proxyKey,
  );
}

/** `<gateway>.<token>`; both become tokens of a NATS subject. */
const replyPattern = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})$/;

/** The gateway that waits for the picture, if any. */
function replyFields(address: string | undefined): Pick<CaptureRequest, "reply"> {
  const [, gateway, token] = replyPattern.exec(address ?? "") ?? [];
  return gateway === undefined || token === undefined ? {} : { reply: { gateway, token } };
}

/** The fields of the spec that workers need: all except those that only the controller reads. */
function captureOf(spec: ScreenshotJobSpec): CaptureSpec {
  const {
    className: _className,
    poolName: _poolName,
    backoffLimit: _backoffLimit,
    activeDeadlineSeconds: _activeDeadlineSeconds,
    startDeadlineSeconds: _startDeadlineSeconds,
    ttlSecondsAfterFinished: _ttlSecondsAfterFinished,
    suspend: _suspend,
    cancel: _cancel,
    storage: _storage,
    cache: _cache,
    webhook: _webhook,
    sealed: _sealed,
    ...capture
  } = spec;
  return capture;
}
