import { createHash } from "node:crypto";
import { largestTextBytes } from "../../api/kinds/text-size-rule.ts";
import type { NamedOption } from "../../api/options/http-option.ts";
import { requestOptions } from "../../api/options/request-options.ts";
import { secretOptions } from "../../api/options/secret-options.ts";
import { apiVersion } from "../../api/settings/kubernetes-names.ts";
import { yamlText } from "../../platform/kube/yaml-text.ts";
import { webhookOf } from "../take/job-builder.ts";
import type { RawOptions } from "../take/raw-options.ts";
import { valueAt } from "../take/spec-draft.ts";
import { parseTakeRequest, type TakeRequest } from "../take/take-request.ts";

export interface Manifest {
  /** YAML. */
  manifest: string;
  /** Sentences about options without an effect. */
  warnings: string[];
}

/** A job's own deadline unless it says otherwise, in seconds. */
const defaultDeadlineSeconds = 120;

/** What a manifest says in its own way, or needs not say. */
const said = ["accessKey", "signature", "content", "store"];
/** A job with a bucket of its own says these, too. */
const { storageBucket, storageEndpoint, storageClass, storageACL } = requestOptions;
const ofBuckets: readonly NamedOption[] = [
  ...[storageBucket, storageEndpoint, storageClass, storageACL],
];
/** A Secret that whoever applies the manifest has to make. */
const bucketSecret = "my-bucket";
/** A job's webhook says these, too. */
const { webhookURL, webhookSign, webhookErrors, externalIdentifier, responseType } = requestOptions;
const { storageReturnLocation, imageSize } = requestOptions;
const ofWebhooks: readonly NamedOption[] = [
  ...[webhookURL, webhookSign, webhookErrors, externalIdentifier, responseType],
  ...[storageReturnLocation, imageSize],
];

/**
 * The ScreenshotJob that takes the picture of a call, for `kubectl apply`. Comments say what of the call no manifest can say.
 * @throws TakeError if the call is not valid
 */
export function manifestOf(raw: RawOptions): Manifest {
  const request = parseTakeRequest(raw);
  const spec = specOf(request);
  const digest = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 8);
  // Jobs do not change: another spec is another job.
  const metadata = { name: `shot-${digest}` };
  const job = yamlText({ apiVersion, kind: "ScreenshotJob", metadata, spec });
  const comments = commentsOn(request, raw).map((comment) => `# ${comment}\n`);
  return { manifest: comments.join("") + job, warnings: request.warnings };
}

function specOf(request: TakeRequest): Record<string, unknown> {
  const webhook = webhookOf(request);
  const storage = storageOf(request);
  const isLong = request.timeoutSeconds > defaultDeadlineSeconds;
  return {
    ...request.spec,
    ...(isLong && { activeDeadlineSeconds: request.timeoutSeconds }),
    ...(storage !== undefined && { storage }),
    ...(webhook !== undefined && { webhook }),
  };
}

/** The caller's bucket; the account's is known to calls only. */
function storageOf({ store, spec, storage }: TakeRequest): object | undefined {
  if (!store || storage.bucket === undefined) return undefined;
  const { bucket, endpoint, class: storageClass, acl } = storage;
  return {
    ...{ path: valueAt(spec, "storage.path"), bucket },
    ...(endpoint !== undefined && { endpoint }),
    ...(storageClass !== undefined && { class: storageClass }),
    ...(acl !== undefined && { acl }),
    credentialsSecretRef: { name: bucketSecret },
  };
}

function commentsOn(request: TakeRequest, raw: RawOptions): string[] {
  const hasBucket = storageOf(request) !== undefined;
  const ofCalls = Object.entries<NamedOption>(requestOptions)
    .filter(([key]) => !said.includes(key))
    .map(([, option]) => option)
    .filter((option) => request.webhook === undefined || !ofWebhooks.includes(option))
    .filter((option) => !hasBucket || !ofBuckets.includes(option));
  const lost = namesGiven(ofCalls, raw);
  const secret = namesGiven(Object.values(secretOptions), raw);
  const { webhook, spec } = request;
  return [
    ...(secret.length > 0
      ? [`Secrets do not belong into a resource: only a call has ${secret.join(", ")}.`]
      : []),
    ...(lost.length > 0 ? [`Only a call has ${lost.join(", ")}.`] : []),
    ...(webhook?.sign === true
      ? ["The webhook is signed if webhook.signingSecretRef names a Secret."]
      : []),
    ...(hasBucket
      ? [`The Secret ${bucketSecret} has the key of the bucket: accessKeyID and secretAccessKey.`]
      : []),
    ...(Buffer.byteLength(JSON.stringify(spec)) > largestTextBytes
      ? ["Too large for a resource: PUT /v1/inputs stores content that contentRef can name."]
      : []),
  ];
}

function namesGiven(options: readonly NamedOption[], raw: RawOptions): string[] {
  return options.map(({ http }) => http.name).filter((name) => raw.has(name));
}
