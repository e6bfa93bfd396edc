import type { CaptureStep } from "./capture-step.ts";
import { isDoneWithin, waitLimit } from "./wait-limit.ts";

/** Slow images delay a picture, and do not prevent it. */
const mostWaitMilliseconds = 5000;

/**
 * Lazy images outside the viewport load when they are scrolled to, so they do not count, nor do those of a whole page that were waited
 * for already. An image that has not loaded may have no size yet. Decoding is awaited because a picture captured before it may lack
 * large images.
 */
const awaitImages = `async (isLoaded) => {
  const isSeen = (image) => {
    if (image.getClientRects().length === 0) return false;
    const { top, bottom, left, right } = image.getBoundingClientRect();
    return isLoaded ? image.complete : bottom >= 0 && right >= 0 && top < innerHeight && left < innerWidth;
  };
  const images = [...document.images].filter((image) => image.src !== "" || image.srcset !== "").filter(isSeen);
  await Promise.all(images.map((image) => image.decode().catch(() => {})));
}`;

/** Waits, for a limited time, for the images in the picture. */
export const awaitAssetsStep: CaptureStep = {
  activity: "waiting for images",
  stage: "settle",
  appliesTo: () => true,
  run: async (state) => {
    const { deadline, warnings } = state;
    const limitMilliseconds = waitLimit(deadline, mostWaitMilliseconds);
    const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
      state.page.world.call(awaitImages, [state.loadedPage !== undefined], signal),
    );
    if (came) return;
    warnings.add(
      `Images were still loading after ${Math.round(limitMilliseconds / 1000)} s and may be missing in the picture`,
    );
  },
};
