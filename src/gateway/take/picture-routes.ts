import { readPictureLink } from "../../core/take/picture-link.ts";
import { disconnectSignalOf } from "../../platform/http/disconnect-signal.ts";
import type { HTTPApp } from "../../platform/http/http-app.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Problem } from "../http/problem.ts";
import { openStoredPicture } from "./stored-picture.ts";

interface PictureRouteDependencies {
  objectStore: ObjectStore;
  clock: Clock;
  linkKey: string;
}

/** `screenshot_url`: a stored picture behind a signed link that expires. The link authorizes the request; no account is needed. */
export function registerPictureRoutes(
  app: HTTPApp,
  { objectStore, clock, linkKey }: PictureRouteDependencies,
): void {
  app.get<{ Params: { link: string } }>("/v1/pictures/:link", async (request, reply) => {
    const link = readPictureLink(request.params.link, linkKey, clock.now());
    if (link === undefined)
      throw new Problem(403, "LinkNotValid", "The link was altered or has expired");
    const stored = await openStoredPicture(objectStore, link.key, disconnectSignalOf(reply));
    if (stored === undefined)
      throw new Problem(404, "PictureGone", "The picture is no longer in the object store");
    const secondsLeft = Math.max(0, link.expires - Math.floor(clock.now() / 1000));
    return reply
      .type(link.mediaType)
      .header("cache-control", `private, max-age=${secondsLeft}, immutable`)
      .header("x-content-type-options", "nosniff")
      .header("content-security-policy", "sandbox; default-src 'none'")
      .header("content-length", stored.sizeBytes)
      .send(stored.body);
  });
}
