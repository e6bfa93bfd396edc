import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { Failure } from "../../api/reasons/failure.ts";
import type { StageTimings } from "../../api/messages/capture-messages.ts";
import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import { withDevice } from "./device.ts";
import { mediaTypeOf } from "../../core/storage/object-keys.ts";
import type { PageSession } from "../browser/page/page-session.ts";
import { applySecretsStep } from "./steps/apply-secrets.ts";
import { awaitAssetsStep } from "./steps/await-assets.ts";
import { awaitLifecycleStep } from "./steps/await-lifecycle.ts";
import { awaitSelectorStep } from "./steps/await-selector.ts";
import type {
  CaptureInProgress,
  CaptureStep,
  CaptureSurroundings,
  PageContent,
  Shot,
} from "./steps/capture-step.ts";
import { checkHostStatusStep } from "./steps/check-host-status.ts";
import { Deadline } from "./steps/deadline.ts";
import { checkContentStep } from "./steps/check-content.ts";
import { checkRequestsStep } from "./steps/check-requests.ts";
import { delayStep } from "./steps/delay.ts";
import { emulateDeviceStep } from "./steps/emulate-device.ts";
import { findElementStep } from "./steps/find-element.ts";
import { hideSelectorsStep } from "./steps/hide-selectors.ts";
import { holdPageStep } from "./steps/hold-page.ts";
import { injectStylesStep } from "./steps/inject-styles.ts";
import { openTargetStep } from "./steps/open-target.ts";
import { defaultMaxAreaPixels } from "./steps/picture-limits.ts";
import { readPictureSize } from "./steps/picture-size.ts";
import { clickStep, hoverStep } from "./steps/point-at.ts";
import { printDocumentStep } from "./steps/print-document.ts";
import { readContentStep } from "./steps/read-content.ts";
import { readMetadataStep } from "./steps/read-metadata.ts";
import { resizePictureStep } from "./steps/resize-picture.ts";
import { restrictNetworkStep } from "./steps/restrict-network.ts";
import { runScriptsStep } from "./steps/run-scripts.ts";
import { scrollThroughStep } from "./steps/scroll-through.ts";
import { scrollToElementStep } from "./steps/scroll-to-element.ts";
import { StepRunner } from "./steps/step-runner.ts";
import { takePictureStep } from "./steps/take-picture.ts";
import { warnIfBlankStep } from "./steps/warn-if-blank.ts";
import { watchNetworkStep } from "./steps/watch-network.ts";

export interface Picture {
  bytes: Buffer;
  mediaType: string;
  /** Of the encoded picture, read from its bytes; a document has pages instead. */
  widthPixels?: number;
  heightPixels?: number;
  /** What was asked for in `metadata`. */
  metadata?: PageMetadata;
  /** What `pageContent` asked for; stored beside the picture. */
  content?: PageContent;
  /** Sentences for the owner of the job: what was given up or guessed. */
  warnings: string[];
  /** By stage: navigate, settle, capture. */
  timingsMilliseconds: StageTimings;
}

export interface CaptureContext extends Omit<CaptureSurroundings, "maxAreaPixels"> {
  /** Ends the capture from outside (cancel, drain); its reason is thrown as it is. */
  signal: AbortSignal;
  /** Area of the largest picture, in its own pixels; 60 megapixels unless given. */
  maxAreaPixels?: number;
}

/** Once for every capture. */
const openingSteps: readonly CaptureStep[] = [
  emulateDeviceStep,
  restrictNetworkStep,
  applySecretsStep,
  watchNetworkStep,
  openTargetStep,
];

/** For the document the browser ends up at; again when the page goes on to another one by itself. */
const documentSteps: readonly CaptureStep[] = [
  awaitLifecycleStep,
  checkHostStatusStep,
  injectStylesStep,
  hideSelectorsStep,
  runScriptsStep,
  clickStep,
  awaitSelectorStep,
  scrollThroughStep,
  findElementStep,
  scrollToElementStep,
  hoverStep,
  delayStep,
  awaitAssetsStep,
  checkContentStep,
  checkRequestsStep,
  takePictureStep,
  printDocumentStep,
];

/** For a page that never stays: what can be done between two of its documents. */
const hastySteps: readonly CaptureStep[] = [
  awaitLifecycleStep,
  holdPageStep,
  checkHostStatusStep,
  injectStylesStep,
  hideSelectorsStep,
  checkContentStep,
  checkRequestsStep,
  takePictureStep,
  printDocumentStep,
];

/** When the picture is there. */
const closingSteps: readonly CaptureStep[] = [
  warnIfBlankStep,
  readMetadataStep,
  readContentStep,
  resizePictureStep,
];

/** A page may go on to another document (a refresh, a script) a few times before it is taken as it comes. */
const attempts: readonly (readonly CaptureStep[])[] = [
  documentSteps,
  documentSteps,
  documentSteps,
  documentSteps,
  hastySteps,
  hastySteps,
  hastySteps,
];

const restlessWarning =
  "The page kept going to other addresses by itself; the picture shows the one it was at, without waiting for more";

/**
 * Takes one picture on a fresh page. Ends within `captureTimeoutSeconds`, whatever the page does.
 * @throws Failure with a reason of the catalogue; or the reason of `context.signal`.
 */
export async function captureRequest(
  page: PageSession,
  spec: CaptureSpec,
  context: CaptureContext,
): Promise<Picture> {
  const capture = withDevice(spec);
  const runner = new StepRunner();
  using deadline = new Deadline({
    milliseconds: capture.captureTimeoutSeconds * 1000,
    failure: () => captureTimedOut(capture, runner.doing),
    // A page that crashed would otherwise be waited for to the end.
    parents: [context.signal, page.lost],
  });
  using navigation = navigationDeadline(page, capture, deadline);
  const state: CaptureInProgress = {
    page,
    capture,
    surroundings: surroundingsOf(context),
    deadline,
    navigation,
    warnings: new Set(),
    done: new Set(),
  };
  await runner.run(openingSteps, state);
  const shot = await captureDocuments(runner, state);
  await runner.run(closingSteps, state);
  return {
    bytes: shot.bytes,
    mediaType: mediaTypeOf(capture.format),
    ...(capture.format === "PDF" ? {} : readPictureSize(shot.bytes)),
    ...(state.metadata && { metadata: state.metadata }),
    ...(state.content && { content: state.content }),
    warnings: [...state.warnings],
    timingsMilliseconds: runner.timingsMilliseconds,
  };
}

/** Works on one document after the other until one stays long enough to be captured. */
async function captureDocuments(runner: StepRunner, state: CaptureInProgress): Promise<Shot> {
  for (const [index, steps] of attempts.entries()) {
    using renewed = index === 0 ? undefined : nextNavigation(state);
    state.navigation = renewed ?? state.navigation;
    const shot = await runner.runOnDocument(steps, state);
    if (shot === undefined) continue;
    if (steps === hastySteps) state.warnings.add(restlessWarning);
    return shot;
  }
  // A picture of a page that left while it was taken is better than none.
  if (state.shot === undefined) throw neverStays();
  state.warnings.add(restlessWarning);
  return state.shot;
}

function surroundingsOf(context: CaptureContext): CaptureSurroundings {
  const { readContent, secrets } = context;
  return {
    refusalOf: (url) => context.refusalOf(url),
    ...(readContent === undefined ? {} : { readContent }),
    ...(secrets === undefined ? {} : { secrets }),
    maxAreaPixels: context.maxAreaPixels ?? defaultMaxAreaPixels,
  };
}

function nextNavigation({ page, capture, deadline }: CaptureInProgress): Deadline {
  return navigationDeadline(page, capture, deadline);
}

function navigationDeadline(page: PageSession, capture: CaptureSpec, around: Deadline): Deadline {
  return new Deadline({
    milliseconds: capture.navigationTimeoutSeconds * 1000,
    failure: () => navigationTimedOut(page, capture),
    parents: [around.signal],
  });
}

function navigationTimedOut(page: PageSession, capture: CaptureSpec): Failure {
  const limit = `navigationTimeoutSeconds (${capture.navigationTimeoutSeconds})`;
  return new Failure("NavigationTimedOut", {
    message: page.lifecycle.isLeaving
      ? `The page's host did not answer within ${limit}; raise it, or check that the host is up`
      : `The page did not finish loading within ${limit}; raise it, or wait for less with wait.until: [DOMContentLoaded]`,
  });
}

function captureTimedOut(capture: CaptureSpec, doing: string): Failure {
  return new Failure("CaptureTimedOut", {
    message: `The capture did not end within captureTimeoutSeconds (${capture.captureTimeoutSeconds}) and was ${doing} when the time was over; raise the limit, or ask for less waiting`,
  });
}

function neverStays(): Failure {
  return new Failure("NavigationTimedOut", {
    message:
      "The page keeps going to other addresses faster than they load; give the address it should end at as `url`",
  });
}
