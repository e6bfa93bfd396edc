import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { isDoneWithin } from "./deadline.ts";
import { reserveMilliseconds } from "./selectors.ts";

/** Fonts and images may make a picture late, not impossible. */
const longestWaitMilliseconds = 5000;

/**
 * Reading the layout first makes the fonts it needs start to load. Lazy images outside the viewport load when they are
 * scrolled to; unless that was done, they do not count. An image that is still to come may have no size yet. Decoding is awaited because a picture taken earlier may leave
 * large images out.
 */
const awaitFontsAndImages = `async (wholePage) => {
  void document.documentElement.offsetHeight;
  const isSeen = (image) => {
    if (image.getClientRects().length === 0) return false;
    const { top, bottom, left, right } = image.getBoundingClientRect();
    return wholePage || (bottom >= 0 && right >= 0 && top < innerHeight && left < innerWidth);
  };
  const images = [...document.images].filter((image) => image.src !== "" || image.srcset !== "").filter(isSeen);
  const decoded = images.map((image) => image.decode().catch(() => {}));
  await Promise.all([document.fonts.ready, ...decoded]);
}`;

/** Waits for the fonts in use and for the images in the picture, for a limited time. */
export const awaitAssetsStep: CaptureStep = {
  doing: "waiting for fonts and images",
  stage: "settle",
  isWanted: () => true,
  run: async (state) => {
    const { deadline, warnings } = state;
    const remaining = deadline.remainingMilliseconds;
    const limitMilliseconds = Math.min(
      longestWaitMilliseconds,
      remaining - reserveMilliseconds(remaining),
    );
    const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      state.page.world.call(awaitFontsAndImages, [isWholePageLoaded(state)], signal),
    );
    if (came) return;
    warnings.add(
      `Fonts or images were still loading after ${Math.round(limitMilliseconds / 1000)} s and may be missing in the picture`,
    );
  },
};

function isWholePageLoaded({ capture }: CaptureInProgress): boolean {
  return capture.extent === "FullPage" && (capture.fullPage?.scroll ?? true);
}
