import type { WebhookEnvelope } from "../../api/messages/webhook-envelope.ts";
import type { DeliveryBody } from "../../api/messages/delivery-messages.ts";
import { isReason } from "../../api/reasons/reasons.ts";
import type { Artifact, Condition, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { takeErrorBody } from "../../core/take/take-error.ts";
import { errorOfJob, resultBody } from "../../core/take/take-result.ts";

export interface WebhookAddresses {
  /** Where gateways are reached from outside, without a slash at its end. */
  publicURL: string;
  /** Signs `screenshot_url`. */
  linkKey: string;
}

/**
 * What the webhook of a finished job sends. A function of the job's final state and of Stills' settings alone, so that every try,
 * every new publish and every replica makes the same bytes.
 *
 * @throws TypeError for a job that has not ended, or that asks for no webhook
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

/** Without a picture the body is empty, and the headers say why. */
function pictureOf(job: ScreenshotJob): DeliveryBody {
  const artifact = pictureArtifactOf(job);
  if (artifact === undefined)
    return { kind: "Text", mediaType: "application/octet-stream", text: "" };
  const { mediaType, key, digest, sizeBytes } = artifact;
  return { kind: "Picture", mediaType, key, sha256: digest.replace(/^sha256:/, ""), sizeBytes };
}

/** The picture of a job that has one. */
export function pictureArtifactOf(job: ScreenshotJob): Artifact | undefined {
  return outcomeOf(job)?.status === "True" ? job.status?.artifact : undefined;
}

function envelopeOf(job: ScreenshotJob, succeeded: Condition): WebhookEnvelope {
  const { namespace, name, uid } = job.metadata;
  const { attempts = 0, durationMilliseconds = 0 } = job.status ?? {};
  const completionTime = job.status?.completionTime ?? succeeded.lastTransitionTime;
  const identifier = job.spec.webhook?.externalIdentifier;
  return {
    type: succeeded.status === "True" ? "stills_job.succeeded" : "stills_job.failed",
    timestamp: completionTime,
    data: {
      ...{ namespace, name, uid },
      ...(identifier !== undefined && { externalIdentifier: identifier }),
      reason: isReason(succeeded.reason) ? succeeded.reason : "InternalError",
      message: succeeded.message,
      ...{ attempts, durationMilliseconds, completionTime },
      ...placeOf(job),
    },
  };
}

function placeOf(job: ScreenshotJob): Pick<WebhookEnvelope["data"], "location" | "artifact"> {
  const artifact = pictureArtifactOf(job);
  if (artifact === undefined) return {};
  const { location } = job.status ?? {};
  return { ...(location !== undefined && { location }), artifact: orderedArtifact(artifact) };
}

/** The API server's JSON has its own order of fields; the bytes that are signed must not depend on it. */
function orderedArtifact(artifact: Artifact): Artifact {
  const { bucket, key, digest, sizeBytes, mediaType, widthPixels, heightPixels } = artifact;
  return {
    ...{ bucket, key, digest, sizeBytes, mediaType },
    ...(widthPixels !== undefined && { widthPixels }),
    ...(heightPixels !== undefined && { heightPixels }),
  };
}

/** The condition Succeeded of a job that has ended. */
function outcomeOf(job: ScreenshotJob): Condition | undefined {
  const condition = job.status?.conditions?.find(({ type }) => type === "Succeeded");
  return condition?.status === "Unknown" ? undefined : condition;
}
