import { Readable } from "node:stream";
import type { FastifyReply } from "../../platform/http/http-app.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { contentLink } from "../../core/take/content-link.ts";
import { contentHeaders, metadataHeaders } from "../../core/take/metadata-answer.ts";
import { extensionOf, formatOfMediaType, storedKey } from "../../core/storage/object-keys.ts";
import { takeErrorBody, type TakeError } from "../../core/take/take-error.ts";
import { boundedMetadata } from "../../core/take/page-metadata.ts";
import type { TakeRequest } from "./take-request.ts";
import { resultBody } from "../../core/take/take-result.ts";
import type { JobName } from "./job-builder.ts";
import type { Picture, TakeOutcome } from "./take-service.ts";

export interface AnswerOptions {
  publicURL: string;
  linkKey: string;
}

/** Answers a call of `/take` that went well. HEAD gets the same headers and no body. */
export async function answerTake(
  reply: FastifyReply,
  outcome: TakeOutcome,
  request: TakeRequest,
  options: AnswerOptions,
): Promise<void> {
  if (outcome.kind === "Accepted") {
    await reply.code(201).header("location", jobPath(outcome.job)).send();
    return;
  }
  const job = outcome.kind === "Finished" ? outcome.job : undefined;
  const name: JobName = outcome.kind === "Finished" ? outcome.job.metadata : outcome.job;
  reply.header("x-screenshotone-trace-id", name.name).header("x-stills-reason", "Captured");
  if (job !== undefined) setJobHeaders(reply, job, { request, options });
  reply.headers(
    metadataHeaders(job?.status?.metadata ?? boundedMetadata(outcome.picture?.metadata)),
  );
  if (request.responseType === "json" && job !== undefined) {
    const body = resultBody(job, {
      ...options,
      returnLocation: request.returnLocation,
      imageSize: request.imageSize,
    });
    await reply.code(200).type("application/json").send(body);
    return;
  }
  if (outcome.picture === undefined) {
    await reply.code(200).send();
    return;
  }
  await sendPicture(reply, outcome.picture, request);
}

async function sendPicture(
  reply: FastifyReply,
  picture: Picture,
  request: TakeRequest,
): Promise<void> {
  if (request.attachmentName !== undefined) {
    const extension = extensionOf(formatOfMediaType(picture.mediaType) ?? "PNG");
    reply.header(
      "content-disposition",
      `attachment; filename="${request.attachmentName}.${extension}"`,
    );
  }
  if (request.imageSize && picture.widthPixels !== undefined)
    reply
      .header("x-screenshotone-image-width", picture.widthPixels)
      .header("x-screenshotone-image-height", picture.heightPixels);
  await reply
    .code(200)
    .type(picture.mediaType)
    .header("content-length", picture.sizeBytes)
    .header("x-screenshotone-size-bytes", picture.sizeBytes)
    .send(bodyOf(reply, picture));
}

/** For HEAD nothing is read that nobody gets. */
function bodyOf({ request }: FastifyReply, { bytes }: Picture): Picture["bytes"] | undefined {
  if (request.method !== "HEAD") return bytes;
  if (bytes instanceof Readable) bytes.destroy();
  return undefined;
}

function setJobHeaders(
  reply: FastifyReply,
  job: ScreenshotJob,
  { request, options }: { request: TakeRequest; options: AnswerOptions },
): void {
  const { durationMilliseconds, artifact, location } = job.status ?? {};
  if (durationMilliseconds !== undefined)
    reply.header("x-screenshotone-rendering-seconds", durationMilliseconds / 1000);
  reply.headers(contentHeaders(contentLink(job, options)));
  const path = job.spec.storage?.path;
  if (path === undefined || artifact === undefined) return;
  reply
    .header("x-screenshotone-store-bucket", artifact.bucket)
    .header("x-screenshotone-store-key", storedKey(job.metadata.namespace, path, job.spec.format));
  if (request.returnLocation) reply.header("x-screenshotone-store-location", location);
}

/** The error body of `/take`. */
export async function answerError(
  reply: FastifyReply,
  error: TakeError,
  publicURL: string,
): Promise<void> {
  setRetryAfter(reply, error);
  if (error.reason !== undefined) reply.header("x-stills-reason", error.reason);
  await reply.code(error.status).type("application/json").send(takeErrorBody(error, publicURL));
}

/** When it is worth coming again, if that is known. */
export function setRetryAfter(reply: FastifyReply, { retryAfterSeconds }: TakeError): void {
  if (retryAfterSeconds !== undefined)
    reply.header("retry-after", Math.max(1, Math.ceil(retryAfterSeconds)));
}

export function jobPath(job: JobName): string {
  return `/v1/jobs/${job.name}`;
}
