import { Readable } from "node:stream";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { storedObjectOf } from "../../core/storage/stored-object.ts";
import { contentLink, type LinkOptions } from "../../core/take/content-link.ts";
import { contentHeaders, metadataHeaders } from "../../core/take/metadata-fields.ts";
import { boundedMetadata } from "../../core/take/page-metadata.ts";
import { manifestLink, sliceSetOf } from "../../core/take/slice-links.ts";
import { cacheLink, resultBody } from "../../core/take/take-result.ts";
import { boundedWarnings, warningHeaders } from "../../core/take/warnings.ts";
import type { FastifyReply } from "../../platform/http/http-app.ts";
import { jobPath } from "../jobs/job-path.ts";
import { attachmentHeaders } from "./content-disposition.ts";
import type { CachedDelivery } from "./cached-delivery.ts";
import { contentRange, type Delivery } from "./range-policy.ts";
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
    const { name } = outcome.job;
    reply.headers(warningHeaders(request.warnings)).header("x-screenshotone-trace-id", name);
    await reply.code(201).header("location", jobPath(name)).send();
    return;
  }
  const job = outcome.kind === "Finished" ? outcome.job : undefined;
  setResultHeaders(reply, outcome, request);
  if (job !== undefined) setJobHeaders(reply, job, { request, links });
  const cached = outcome.kind === "Finished" ? outcome.cached : undefined;
  if (cached !== undefined) setCacheHeaders(reply, cached, request);
  if (request.responseType === "json" && job !== undefined) {
    const { publicURL, linkKey } = links;
    const { returnLocation, imageSize, attachmentName } = request;
    const options = { publicURL, linkKey, returnLocation, imageSize, attachmentName };
    const body = resultBody(job, options);
    await reply.code(200).type("application/json").send(body);
    return;
  }
  if (outcome.picture === undefined) {
    await reply.code(200).send();
    return;
  }
  await sendPicture(reply, outcome.picture, { request, delivery: cached?.delivery });
}

type Result = Exclude<TakeOutcome, { kind: "Accepted" }>;

/** What every result says, whichever way it came. */
function setResultHeaders(reply: FastifyReply, outcome: Result, request: TakeRequest): void {
  const { name, uid } = outcome.kind === "Finished" ? outcome.job.metadata : outcome.job;
  const status = outcome.kind === "Finished" ? outcome.job.status : undefined;
  const { metadata, warnings } = outcome.picture ?? {};
  // The job of a picture that came directly may not have ended yet.
  const milliseconds = status?.durationMilliseconds ?? Math.round(reply.elapsedTime);
  const captured = status?.warnings ?? boundedWarnings(warnings);
  reply
    .header("x-screenshotone-trace-id", name)
    .header("x-screenshotone-reference", uid)
    .header("x-screenshotone-rendering-seconds", milliseconds / 1000)
    .header("x-stills-reason", "Captured")
    .headers(warningHeaders([...request.warnings, ...captured]))
    .headers(metadataHeaders(status?.metadata ?? boundedMetadata(metadata)))
    .headers(sizeHeaders(outcome.picture ?? status?.artifact, request));
}

function sizeHeaders(
  size: { widthPixels?: number | undefined; heightPixels?: number | undefined } | undefined,
  { imageSize }: TakeRequest,
): Record<string, number> {
  const { widthPixels, heightPixels } = size ?? {};
  if (!imageSize || widthPixels === undefined || heightPixels === undefined) return {};
  return {
    "x-screenshotone-image-width": widthPixels,
    "x-screenshotone-image-height": heightPixels,
  };
}

async function sendPicture(
  reply: FastifyReply,
  picture: Picture,
  { request, delivery }: { request: TakeRequest; delivery: Delivery | undefined },
): Promise<void> {
  if (delivery?.kind === "NotModified") return void (await reply.code(304).send());
  if (delivery?.kind === "Unsatisfiable") {
    await reply.code(416).header("content-range", `bytes */${delivery.sizeBytes}`).send();
    return;
  }
  reply.headers(attachmentHeaders(request.attachmentName, picture.mediaType));
  // A page's HTML may not act in the name of this origin, and no answer is a script.
  reply.header("x-content-type-options", "nosniff");
  if (picture.mediaType.startsWith("text/")) reply.header("content-security-policy", "sandbox");
  const isPart = delivery?.kind === "Part";
  if (isPart) reply.header("content-range", contentRange(delivery));
  await reply
    .code(isPart ? 206 : 200)
    .type(picture.mediaType)
    .header("content-length", picture.sizeBytes)
    .header("x-screenshotone-size-bytes", isPart ? delivery.sizeBytes : picture.sizeBytes)
    .send(bodyOf(reply, picture));
}

function setCacheHeaders(
  reply: FastifyReply,
  { state, etag, secondsLeft }: CachedDelivery,
  { responseType }: TakeRequest,
): void {
  reply.header("x-stills-cache", state);
  if (responseType !== "by_format") return;
  reply.header("etag", etag).header("accept-ranges", "bytes");
  if (secondsLeft !== undefined) reply.header("cache-control", `private, max-age=${secondsLeft}`);
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
  const { artifact, location } = job.status ?? {};
  reply.headers(contentHeaders(contentLink(job, links)));
  const cacheURL = cacheLink(job, { ...links, attachmentName: request.attachmentName });
  if (cacheURL !== undefined) reply.header("x-screenshotone-cache-url", cacheURL);
  const slices = sliceSetOf(job);
  if (slices !== undefined)
    reply.header("x-screenshotone-full-page-slices-url", manifestLink(slices, links));
  const copy = artifact && storedObjectOf(job, artifact.bucket);
  if (copy === undefined) return;
  reply
    .header("x-screenshotone-store-bucket", copy.bucket)
    .header("x-screenshotone-store-key", copy.key);
  if (request.returnLocation) reply.header("x-screenshotone-store-location", location);
}
