import { awaitConsentStep, awaitLateConsentStep, prepareConsentStep } from "./answer-consent.ts";
import { applySecretsStep } from "./apply-secrets.ts";
import { awaitAssetsStep } from "./await-assets.ts";
import { awaitFontsStep } from "./await-fonts.ts";
import { awaitLifecycleStep } from "./await-lifecycle.ts";
import { awaitServiceWorkerStep } from "./await-service-worker.ts";
import { awaitPaintStep } from "./await-paint.ts";
import { awaitSelectorStep } from "./await-selector.ts";
import { awaitCapturedElementStep } from "./await-captured-element.ts";
import { bringToRestStep } from "./bring-to-rest.ts";
import { blockContentStep } from "./block-content.ts";
import { blockRequestsStep } from "./block-requests.ts";
import type { CaptureStep } from "./capture-step.ts";
import { capturePictureStep } from "./capture-picture.ts";
import { captureTextStep } from "./capture-text.ts";
import { captureWindowStep } from "./capture-window.ts";
import { checkContentStep } from "./check-content.ts";
import { checkKnownSizeStep } from "./check-known-size.ts";
import { checkHostStatusStep } from "./check-host-status.ts";
import { checkRequestsStep } from "./check-requests.ts";
import { checkTargetStep } from "./check-target.ts";
import { clickStep } from "./click.ts";
import { delayStep } from "./delay.ts";
import { emulateDeviceStep } from "./emulate-device.ts";
import { encodePictureStep } from "./encode-picture.ts";
import { hideBannerFramesStep, hideLateBannerFramesStep } from "./hide-banner-frames.ts";
import { hideBannersStep, hideLateBannersStep } from "./hide-banners.ts";
import { hideBlockedStep, hideLateBlockedStep } from "./hide-blocked.ts";
import { hideSelectorsStep } from "./hide-selectors.ts";
import { hoverStep } from "./hover.ts";
import { installPageClockStep } from "./install-page-clock.ts";
import { injectStylesStep } from "./inject-styles.ts";
import { limitTargetsStep } from "./limit-targets.ts";
import { loadWholePageStep } from "./load-whole-page.ts";
import { markArrivalStep } from "./mark-arrival.ts";
import { openTargetStep } from "./open-target.ts";
import { printDocumentStep } from "./print-document.ts";
import { recordAnimationStep } from "./record-animation.ts";
import { readContentStep } from "./read-content.ts";
import { readMetadataStep } from "./read-metadata.ts";
import { recordNetworkStep } from "./record-network.ts";
import { retakeFlawedStep } from "./retake-flawed.ts";
import { restorePageStep } from "./restore-page.ts";
import { restScrollingStep } from "./rest-scrolling.ts";
import { runScriptsStep } from "./run-scripts.ts";
import { scrollToElementStep } from "./scroll-to-element.ts";
import { slicePictureStep } from "./slice-picture.ts";
import { stopPageScriptsStep } from "./stop-page-scripts.ts";
import { unlockScrollingStep } from "./unlock-scrolling.ts";
import { warnOfFlawStep } from "./warn-of-flaw.ts";
import { watchAnimationsStep } from "./watch-animations.ts";

// The steps of a capture, in order. Each decides with `appliesTo` whether the options of a capture need it.

/** Once, before and while the page opens. */
export const openingSteps: readonly CaptureStep[] = [
  checkKnownSizeStep,
  emulateDeviceStep,
  limitTargetsStep,
  blockRequestsStep,
  blockContentStep,
  prepareConsentStep,
  applySecretsStep,
  recordNetworkStep,
  watchAnimationsStep,
  installPageClockStep,
  openTargetStep,
];

/** Hides what options of `block` name. */
const hidingSteps: readonly CaptureStep[] = [
  hideBlockedStep,
  hideBannersStep,
  hideBannerFramesStep,
  unlockScrollingStep,
];

/** Once more, for what came late. */
const lateHidingSteps: readonly CaptureStep[] = [
  hideLateBlockedStep,
  hideLateBannersStep,
  hideLateBannerFramesStep,
  unlockScrollingStep,
];

/** Bring the document that the browser arrives at into the state that was asked for. */
const arrivalSteps: readonly CaptureStep[] = [
  awaitLifecycleStep,
  checkTargetStep,
  checkHostStatusStep,
  awaitServiceWorkerStep,
  awaitConsentStep,
  ...hidingSteps,
  injectStylesStep,
  hideSelectorsStep,
  runScriptsStep,
  clickStep,
  awaitSelectorStep,
  markArrivalStep,
];

/** Make a document that has arrived ready for its picture. */
const preparingSteps: readonly CaptureStep[] = [
  awaitPaintStep,
  restScrollingStep,
  loadWholePageStep,
  awaitCapturedElementStep,
  scrollToElementStep,
  hoverStep,
  delayStep,
  awaitLateConsentStep,
  ...lateHidingSteps,
  awaitFontsStep,
  awaitAssetsStep,
  bringToRestStep,
  checkTargetStep,
  checkContentStep,
  checkRequestsStep,
];

const pictureSteps: readonly CaptureStep[] = [
  capturePictureStep,
  captureWindowStep,
  recordAnimationStep,
  retakeFlawedStep,
  printDocumentStep,
  captureTextStep,
];

/** Makes a document ready for its picture. */
export const settlingSteps: readonly CaptureStep[] = [...arrivalSteps, ...preparingSteps];

/** Take the picture of a document that has arrived; once more for each other picture of the same page. */
export const takingSteps: readonly CaptureStep[] = [...preparingSteps, ...pictureSteps];

/** For the document the browser arrives at; again when the page goes on to another document by itself. */
export const documentSteps: readonly CaptureStep[] = [...settlingSteps, ...pictureSteps];

/** Instead of `documentSteps` for a page that does not stop going to other documents: without its scripts and without waiting. */
export const hurriedSteps: readonly CaptureStep[] = [
  awaitLifecycleStep,
  stopPageScriptsStep,
  checkTargetStep,
  checkHostStatusStep,
  ...hidingSteps,
  injectStylesStep,
  hideSelectorsStep,
  restScrollingStep,
  checkTargetStep,
  checkContentStep,
  checkRequestsStep,
  capturePictureStep,
  captureWindowStep,
  recordAnimationStep,
  printDocumentStep,
  captureTextStep,
];

/** Once, when there is a picture. */
export const closingSteps: readonly CaptureStep[] = [
  warnOfFlawStep,
  restorePageStep,
  readMetadataStep,
  readContentStep,
  encodePictureStep,
  slicePictureStep,
];
