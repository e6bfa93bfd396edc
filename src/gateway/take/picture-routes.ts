import type { PictureLink } from "../../api/messages/picture-link.ts";
import { readPictureLink } from "../../core/take/picture-link.ts";
import { disconnectSignalOf } from "../../platform/http/disconnect-signal.ts";
import type { FastifyReply, HTTPApp } from "../../platform/http/http-app.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Problem } from "../http/problem.ts";
import { partialRequestOf } from "../http/request-parts.ts";
import { attachmentHeaders } from "./content-disposition.ts";
import {
  asksForLess,
  contentRange,
  planDelivery,
  type Delivery,
  type PartialRequest,
} from "./range-policy.ts";
import { openStoredPicture } from "./stored-picture.ts";

interface PictureRouteDependencies {
  objectStore: ObjectStore;
  clock: Clock;
  linkKey: string;
}

/** `screenshot_url`: a stored picture behind a signed link that expires. The link authorizes the request; no account is needed. */
export function registerPictureRoutes(app: HTTPApp, dependencies: PictureRouteDependencies): void {
  app.route<{ Params: { link: string } }>({
    method: ["GET", "HEAD"],
    url: "/v1/pictures/:link",
    handler: (request, reply) => {
      const { linkKey, clock } = dependencies;
      const link = readPictureLink(request.params.link, linkKey, clock.now());
      if (link === undefined)
        throw new Problem(403, "LinkNotValid", "The link was altered or has expired");
      return sendStored(reply, { link, request: partialRequestOf(request) }, dependencies);
    },
  });
}

interface WantedFile {
  link: PictureLink;
  request: PartialRequest;
}

async function sendStored(
  reply: FastifyReply,
  { link, request }: WantedFile,
  { objectStore, clock }: PictureRouteDependencies,
): Promise<FastifyReply> {
  const signal = disconnectSignalOf(reply);
  // Stored files do not change, so what is looked up first is what is opened afterwards.
  const known = asksForLess(request) ? await objectStore.version(link.key, { signal }) : undefined;
  const delivery = known === undefined ? wholeFile : planDelivery(request, known);
  const secondsLeft = Math.max(0, link.expires - Math.floor(clock.now() / 1000));
  const caching = `private, max-age=${secondsLeft}, immutable`;
  switch (delivery.kind) {
    case "Unsatisfiable":
      reply.header("content-range", `bytes */${delivery.sizeBytes}`);
      throw new Problem(416, "RangeNotSatisfiable", "The range begins behind the end of the file");
    case "NotModified":
      return reply.code(304).headers({ etag: delivery.etag, "cache-control": caching }).send();
    case "Part":
      reply.code(206).header("content-range", contentRange(delivery));
      break;
    case "Whole":
  }
  const range = delivery.kind === "Part" ? delivery.range : undefined;
  const stored = await openStoredPicture(objectStore, link.key, { signal, range });
  if (stored === undefined) throw pictureGone();
  reply.type(link.mediaType).headers({
    etag: stored.etag,
    "accept-ranges": "bytes",
    "cache-control": caching,
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "content-length": stored.sizeBytes,
    ...attachmentHeaders(link.attachmentName, link.mediaType),
  });
  if (request.method !== "HEAD") return reply.send(stored.body);
  stored.body.destroy();
  return reply.send();
}

const wholeFile: Delivery = { kind: "Whole" };

function pictureGone(): Problem {
  return new Problem(404, "PictureGone", "The picture is no longer in the object store");
}
