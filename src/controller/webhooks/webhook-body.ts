import type { WebhookEnvelope } from "../../api/messages/webhook-envelope.ts";
import type { DeliveryBody } from "../../api/messages/delivery-messages.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import type { Artifact, Condition, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { takeErrorBody } from "../../core/take/take-error.ts";
import { errorOfJob, resultBody } from "../../core/take/take-result.ts";

interface WebhookAddresses {
  /** The external URL of the gateways, without a trailing slash. */
  publicURL: string;
  /** Signs `screenshot_url`. */
  linkKey: string;
}

/**
 * The body of the webhook of a finished job. It depends only on the final state of the job and on settings, so that every
 * try, every publish and every replica makes the same bytes.
 *
 * @throws TypeError for a job that is unfinished or has no webhook.
 */
export function webhookBodyOf(job: ScreenshotJob, addresses: WebhookAddresses): DeliveryBody {
  const { webhook } = job.spec;
  const succeeded = outcomeOf(job);
  if (webhook === undefined || succeeded === undefined)
    throw new TypeError("a webhook is sent only for a finished job that asks for one");
  switch (webhook.body) {
    case "Envelope":
      return json(envelopeOf(job, succeeded));
    case "Result":
      return json(takeResultOf(job, addresses));
    case "Picture":
      return pictureOf(job);
  }
}

function json(value: unknown): DeliveryBody {
  return { kind: "Text", mediaType: "application/json", text: JSON.stringify(value) };
}

function takeResultOf(job: ScreenshotJob, addresses: WebhookAddresses): unknown {
  const error = errorOfJob(job);
  if (error !== undefined) return takeErrorBody(error, addresses.publicURL);
  const { returnLocation = false, returnImageSize = false } = job.spec.webhook ?? {};
  return resultBody(job, { ...addresses, returnLocation, imageSize: returnImageSize });
}

/** Without a picture the body is empty and the headers have the error. */
function pictureOf(job: ScreenshotJob): DeliveryBody {
  const artifact = pictureArtifactOf(job);
  if (artifact === undefined)
    return { kind: "Text", mediaType: "application/octet-stream", text: "" };
  const { mediaType, key, digest, sizeBytes } = artifact;
  return { kind: "Picture", mediaType, key, sha256: digest.replace(/^sha256:/, ""), sizeBytes };
}

/** The picture of a job that has one. */
function pictureArtifactOf(job: ScreenshotJob): Artifact | undefined {
  return outcomeOf(job)?.status === "True" ? job.status?.artifact : undefined;
}

function envelopeOf(job: ScreenshotJob, succeeded: Condition): WebhookEnvelope {
  const { namespace, name, uid } = job.metadata;
  const { attempts = 0, durationMilliseconds = 0, returnedStatusCode, warnings } = job.status ?? {};
  const completionTime = job.status?.completionTime ?? succeeded.lastTransitionTime;
  const identifier = job.spec.webhook?.externalIdentifier;
  return {
    type: succeeded.status === "True" ? "stills_job.succeeded" : "stills_job.failed",
    timestamp: completionTime,
    data: {
      namespace,
      name,
      uid,
      ...(identifier !== undefined && { externalIdentifier: identifier }),
      reason: isReason(succeeded.reason) ? succeeded.reason : "InternalError",
      message: succeeded.message,
      ...(returnedStatusCode !== undefined && { returnedStatusCode }),
      ...(warnings !== undefined && { warnings }),
      attempts,
      durationMilliseconds,
      completionTime,
      ...locationOf(job),
    },
  };
}

function locationOf(job: ScreenshotJob): Pick<WebhookEnvelope["data"], "location" | "artifact"> {
  const artifact = pictureArtifactOf(job);
  if (artifact === undefined) return {};
  const { location } = job.status ?? {};
  return { ...(location !== undefined && { location }), artifact: orderedArtifact(artifact) };
}

/** Fixes the order of the fields: the API server's may change, and the signature covers the bytes. */
function orderedArtifact(artifact: Artifact): Artifact {
  const { bucket, key, digest, sizeBytes, mediaType, widthPixels, heightPixels } = artifact;
  return {
    bucket,
    key,
    digest,
    sizeBytes,
    mediaType,
    ...(widthPixels !== undefined && { widthPixels }),
    ...(heightPixels !== undefined && { heightPixels }),
  };
}

/** The condition Succeeded of a finished job. */
function outcomeOf(job: ScreenshotJob): Condition | undefined {
  const condition = job.status?.conditions?.find(({ type }) => type === "Succeeded");
  return condition?.status === "Unknown" ? undefined : condition;
}
