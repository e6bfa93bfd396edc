import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";

/** Of links that are worth a look on most sites. */
const usualHints = ["pricing", "about", "customers"];

/** When a recording goes on to another page, and to which. */
export interface NavigationPlan {
  /** From the beginning of the recording. */
  atMilliseconds: number;
  /** Undefined: a link of the page. */
  url: string | undefined;
  /** Words of the link's text; the first one that a link has decides. */
  hints: readonly string[];
  /** Whether another link does if none has one of the words. */
  anyLinkDoes: boolean;
}

/** What a job asks for, completed; undefined if its recording stays on its page. */
export function planNavigation({
  animation,
}: Pick<CaptureSpec, "animation">): NavigationPlan | undefined {
  if (animation?.scenario !== "Scroll" || animation.scrollTryNavigate !== true) return undefined;
  const { scrollNavigateLinkHints: hints, durationSeconds } = animation;
  return {
    atMilliseconds: animation.scrollNavigateAfterMilliseconds ?? (durationSeconds * 1000) / 2,
    url: animation.scrollNavigateToURL,
    hints: hints ?? usualHints,
    anyLinkDoes: hints === undefined,
  };
}
