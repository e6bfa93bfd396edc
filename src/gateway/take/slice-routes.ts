import type { LinkOptions } from "../../core/take/content-link.ts";
import { readManifestLink, sliceLinks } from "../../core/take/slice-links.ts";
import type { HTTPApp } from "../../platform/http/http-app.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Problem } from "../http/problem.ts";

interface SliceRouteDependencies {
  clock: Clock;
  links: LinkOptions;
}

/** The manifest of `full_page_slices`, behind a signed link that expires; no account is needed. */
export function registerSliceRoutes(app: HTTPApp, { clock, links }: SliceRouteDependencies): void {
  app.get<{ Params: { link: string } }>("/v1/slices/:link", async (request) => {
    const set = readManifestLink(request.params.link, links.linkKey, clock.now());
    if (set === undefined)
      throw new Problem(403, "LinkNotValid", "The link was altered or has expired");
    return { slices: sliceLinks(set, links) };
  });
}
