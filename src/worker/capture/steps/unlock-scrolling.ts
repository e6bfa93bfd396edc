import { withoutFailing } from "./blocking-failure.ts";
import type { CaptureStep } from "./capture-step.ts";

const unlockTimeoutMilliseconds = 2_000;

/** Undoes what keeps a page behind a banner from being scrolled, and with it from being captured whole. */
const unlockScrolling = `() => {
  for (const element of [document.documentElement, document.body]) {
    if (!element) continue;
    const style = getComputedStyle(element);
    const set = (name, value) => element.style.setProperty(name, value, "important");
    if (style.overflowY === "hidden" || style.overflowY === "clip") set("overflow", "visible");
    if (style.position !== "fixed") continue;
    set("position", "static");
    set("top", "auto");
    set("height", "auto");
  }
}`;

/** Frees the page behind a banner that was hidden. A page that cannot be scrolled for reasons of its own stays as it is. */
export const unlockScrollingStep: CaptureStep = {
  activity: "freeing the page behind a banner",
  stage: "settle",
  appliesTo: ({ block }) => block?.cookieBanners === true || block?.bannersByHeuristics === true,
  run: async (state) => {
    if (state.hasHiddenBanner !== true) return;
    await withoutFailing(state, unlockTimeoutMilliseconds, async (signal) => {
      await state.page.world.call(unlockScrolling, [], signal);
    });
  },
};
