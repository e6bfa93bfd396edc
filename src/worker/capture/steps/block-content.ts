import type { RequestType } from "@ghostery/adblocker";
import type { BlockingCategory } from "../../../api/settings/blocking-lists.ts";
import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { ContentBlocker } from "../../blocking/content-blocker.ts";
import type { PausedRequest } from "../../browser/devtools/request-interception.ts";
import { withoutFailing } from "./blocking-failure.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Whose lists have rules for requests. Cookie banners are not: sites wait for an answer of what shows them. */
const requestCategories = ["ads", "trackers", "chats", "socials", "annoyances"] as const;

/** Style sheets and fonts, which hardly any rule names, are not paused. */
const interceptedTypes = [
  "Document",
  "Script",
  "Image",
  "Media",
  "XHR",
  "Fetch",
  "Ping",
  "Other",
] as const;

const readTimeoutMilliseconds = 10_000;

/**
 * Keeps ads, trackers, chats, social widgets and annoyances from being loaded. Rules that name only a host are enforced in the
 * forwarder, which also sees frames of other sites and workers; the others by pausing the requests of the page.
 */
export const blockContentStep: CaptureStep = {
  activity: "preparing to block ads and the like",
  stage: "navigate",
  appliesTo: (capture) => categoriesOf(capture).length > 0,
  run: async (state) => {
    const { page, capture, environment, deadline } = state;
    const { blocking } = environment;
    if (blocking === undefined) return;
    await withoutFailing(state, readTimeoutMilliseconds, async () => {
      const categories = categoriesOf(capture);
      const blocker = new ContentBlocker(
        await Promise.all(categories.map((category) => blocking.lists.rulesOf(category))),
      );
      blocking.blockHosts((host) => blocker.blocksHost(host));
      const patterns = interceptedTypes.map((resourceType) => ({ resourceType }));
      const decide = (request: PausedRequest): { kind: "Block" } | undefined => {
        const isPage = request.resourceType === "Document" && page.isMainFrame(request.frameId);
        const { url } = request.request;
        const isBlocked = blocker.blocks({ url, type: typeOf(request), isPage });
        return isBlocked ? { kind: "Block" } : undefined;
      };
      await page.requests.add(patterns, decide, deadline.signal);
    });
  },
};

/** The categories of requests that a capture wants blocked. */
function categoriesOf({ block }: CaptureSpec): BlockingCategory[] {
  return requestCategories.filter((category) => block?.[category] === true);
}

function typeOf({ resourceType }: PausedRequest): RequestType {
  return resourceType === "Document" ? "subFrame" : (resourceType.toLowerCase() as RequestType);
}
