import { ConsentAnswerer } from "../../blocking/consent-answerer.ts";
import { withoutFailing } from "./blocking-failure.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { isDoneWithin, waitLimit } from "./wait-limit.ts";

const prepareTimeoutMilliseconds = 5_000;
/** The program looks at `DOMContentLoaded`, and half a second later by heuristics. */
const detectionMilliseconds = 800;
/** From a consent manager's detection until it shows its banner, if it does at all. */
const appearanceMilliseconds = 1_000;
/** From the banner's detection until it is answered. */
const answerMilliseconds = 3_000;

function wantsBannersGone({ block }: CaptureInProgress["capture"]): boolean {
  return block?.cookieBanners === true || block?.bannersByHeuristics === true;
}

/** Makes ready what answers consent managers, in the page and its frames. */
export const prepareConsentStep: CaptureStep = {
  activity: "preparing to answer cookie banners",
  stage: "navigate",
  appliesTo: wantsBannersGone,
  run: async (state) => {
    await withoutFailing(state, prepareTimeoutMilliseconds, async (signal) => {
      const { page, capture } = state;
      const unknown = capture.block?.bannersByHeuristics ? "accept if nothing else" : "refuse";
      const answerer = await ConsentAnswerer.load(unknown);
      await answerer.attach(page, (frameID) => page.isMainFrame(frameID), signal);
      state.consent = answerer;
      await page.attachToFrames(async (frame) => {
        state.bannerFrames.push(frame);
        await answerer.attach(frame, () => false, state.deadline.signal);
      });
    });
  },
};

/** Waits a moment for cookie banners to appear and be answered. */
export const awaitConsentStep: CaptureStep = {
  activity: "answering cookie banners",
  stage: "settle",
  appliesTo: wantsBannersGone,
  run: async (state) => {
    const progress = state.consent?.progress;
    if (progress === undefined) return;
    const within = (milliseconds: number, condition: () => boolean): Promise<boolean> =>
      isDoneWithin(waitLimit(state.deadline, milliseconds), state.deadline, (signal) =>
        progress.until(condition, signal),
      );
    const hasFound = (): boolean => progress.hasFoundManager || progress.hasFoundBanner;
    if (await within(detectionMilliseconds, hasFound))
      if (await within(appearanceMilliseconds, () => progress.hasFoundBanner))
        await within(answerMilliseconds, () => !progress.isBusy);
    if (progress.hasAnswered) state.hasHiddenBanner = true;
  },
};

/** The same once more just before the picture, only for a banner that has come meanwhile. */
export const awaitLateConsentStep: CaptureStep = {
  ...awaitConsentStep,
  run: async (state) => {
    if (state.consent?.progress.isBusy === true) await awaitConsentStep.run(state);
    if (state.consent?.progress.hasAnswered === true) state.hasHiddenBanner = true;
  },
};
