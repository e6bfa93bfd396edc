import type { HTTPApp } from "../../platform/http/http-app.ts";
import { readPictureLink } from "../../core/take/picture-link.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { signalOf } from "./caller-signal.ts";
import { longestDownloadMilliseconds } from "../download-limit.ts";
import { Problem } from "../jobs/problem.ts";

export interface PictureRouteParts {
  store: ObjectStore;
  clock: Clock;
  linkKey: string;
}

/** `screenshot_url`: a stored picture behind a signed link that expires. No account needed: the link is the permission. */
export function registerPictures(app: HTTPApp, parts: PictureRouteParts): void {
  app.get<{ Params: { link: string } }>("/v1/pictures/:link", async (request, reply) => {
    const link = readPictureLink(request.params.link, parts.linkKey, parts.clock.now());
    if (link === undefined)
      throw new Problem(403, "LinkNotValid", "The link was altered or has expired");
    const limit = AbortSignal.timeout(longestDownloadMilliseconds);
    const signal = AbortSignal.any([signalOf(reply), limit]);
    const stored = await parts.store.open(link.key, { signal });
    if (stored === undefined)
      throw new Problem(404, "PictureGone", "The picture is no longer in the store");
    const secondsLeft = Math.max(0, link.expires - Math.floor(parts.clock.now() / 1000));
    return reply
      .type(link.mediaType)
      .header("cache-control", `private, max-age=${secondsLeft}, immutable`)
      .header("x-content-type-options", "nosniff")
      .header("content-security-policy", "sandbox; default-src 'none'")
      .header("content-length", stored.sizeBytes)
      .send(stored.body);
  });
}
