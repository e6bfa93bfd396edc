import { Readable } from "node:stream";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { extensionOf, formatOfMediaType, storedKey } from "../../core/storage/object-keys.ts";
import { contentLink, type LinkOptions } from "../../core/take/content-link.ts";
import { contentHeaders, metadataHeaders } from "../../core/take/metadata-fields.ts";
import { boundedMetadata } from "../../core/take/page-metadata.ts";
import { resultBody } from "../../core/take/take-result.ts";
import type { FastifyReply } from "../../platform/http/http-app.ts";
import { jobPath } from "../jobs/job-path.ts";
import { contentDisposition } from "./content-disposition.ts";
import type { TakeRequest } from "./take-request.ts";
import type { Picture, TakeOutcome } from "./take-service.ts";

interface ResponseContext {
  request: TakeRequest;
  links: LinkOptions;
}

/** Answers a successful call of `/take`. HEAD gets the same headers without a body. */
export async function sendTakeOutcome(
  reply: FastifyReply,
  outcome: TakeOutcome,
  { request, links }: ResponseContext,
): Promise<void> {
  if (outcome.kind === "Accepted") {
    await reply.code(201).header("location", jobPath(outcome.job.name)).send();
    return;
  }
  const job = outcome.kind === "Finished" ? outcome.job : undefined;
  const { name } = outcome.kind === "Finished" ? outcome.job.metadata : outcome.job;
  reply.header("x-screenshotone-trace-id", name).header("x-stills-reason", "Captured");
  if (job !== undefined) setJobHeaders(reply, job, { request, links });
  reply.headers(
    metadataHeaders(job?.status?.metadata ?? boundedMetadata(outcome.picture?.metadata)),
  );
  if (request.responseType === "json" && job !== undefined) {
    const { publicURL, linkKey } = links;
    const { returnLocation, imageSize } = request;
    const body = resultBody(job, { publicURL, linkKey, returnLocation, imageSize });
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
    reply.header("content-disposition", contentDisposition(request.attachmentName, extension));
  }
  if (request.imageSize && picture.widthPixels !== undefined)
    reply
      .header("x-screenshotone-image-width", picture.widthPixels)
      .header("x-screenshotone-image-height", picture.heightPixels);
  // A page's HTML may not act in the name of this origin.
  if (picture.mediaType.startsWith("text/"))
    reply.header("x-content-type-options", "nosniff").header("content-security-policy", "sandbox");
  await reply
    .code(200)
    .type(picture.mediaType)
    .header("content-length", picture.sizeBytes)
    .header("x-screenshotone-size-bytes", picture.sizeBytes)
    .send(bodyOf(reply, picture));
}

/** Undefined for HEAD; a stream is then closed unread. */
function bodyOf({ request }: FastifyReply, { bytes }: Picture): Picture["bytes"] | undefined {
  if (request.method !== "HEAD") return bytes;
  if (bytes instanceof Readable) bytes.destroy();
  return undefined;
}

function setJobHeaders(
  reply: FastifyReply,
  job: ScreenshotJob,
  { request, links }: ResponseContext,
): void {
  const { durationMilliseconds, artifact, location } = job.status ?? {};
  if (durationMilliseconds !== undefined)
    reply.header("x-screenshotone-rendering-seconds", durationMilliseconds / 1000);
  reply.headers(contentHeaders(contentLink(job, links)));
  const path = job.spec.storage?.path;
  if (path === undefined || artifact === undefined) return;
  reply
    .header("x-screenshotone-store-bucket", artifact.bucket)
    .header("x-screenshotone-store-key", storedKey(job.metadata.namespace, path, job.spec.format));
  if (request.returnLocation) reply.header("x-screenshotone-store-location", location);
}
