import { documentRefusal, type AccountTargets } from "../../core/targets/account-targets.ts";
import { withDevice } from "./device.ts";
import { mediaTypeOf } from "../../core/storage/object-keys.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { largestAreaPixels } from "../../api/options/picture-areas.ts";
import type { PageSession } from "../browser/devtools/page-session.ts";
import { captureDocuments } from "./capture-documents.ts";
import { captureTimedOut } from "./capture-timeouts.ts";
import { openLinkedPage } from "./linked-page.ts";
import { navigationDeadline } from "./navigation-deadline.ts";
import { withPendingLoads } from "./steps/pending-loads.ts";
import type { Picture } from "./capture-output.ts";
import type { CaptureEnvironment, CaptureInProgress, Shot } from "./steps/capture-step.ts";
import { isStillPicture } from "./still-picture.ts";
import { readPictureSize } from "./steps/picture-size.ts";
import { StepRunner } from "./steps/step-runner.ts";
import { closingSteps, openingSteps } from "./steps/steps.ts";

export interface CaptureContext extends Omit<
  CaptureEnvironment,
  "maxAreaPixels" | "mostPixelsAtOnce" | "targets"
> {
  targets?: AccountTargets | undefined;
  /** Ends the capture from outside (cancellation, drain); its reason is thrown as it is. */
  signal: AbortSignal;
  /** Area of the largest picture, in its own pixels; default 60 megapixels. */
  maxAreaPixels?: number;
  /** What the browser may draw at once; default all of the largest picture. */
  mostPixelsAtOnce?: number;
}

/**
 * Captures one picture on a fresh page. Ends within `captureTimeoutSeconds`, whatever the page does.
 * @throws Failure, or the reason of `context.signal`
 */
export async function capturePage(
  page: PageSession,
  spec: CaptureSpec,
  context: CaptureContext,
): Promise<Picture> {
  const capture = withDevice(spec);
  const runner = new StepRunner();
  using deadline = new Deadline({
    milliseconds: capture.captureTimeoutSeconds * 1000,
    reason: () => captureTimedOut(capture, runner.activity),
    // The loss of the page ends the capture at once.
    parents: [context.signal, page.lost],
  });
  using navigation = navigationDeadline(page, capture, deadline);
  const state: CaptureInProgress = {
    page,
    capture,
    address: capture.url,
    environment: environmentOf(context),
    deadline,
    navigation,
    openLinkedPage: (url) => openLinkedPage(state, url),
    warnings: new Set(),
    done: new Set(),
    bannerFrames: [],
  };
  const shot = await runSteps(runner, state);
  return {
    bytes: shot.bytes,
    mediaType: mediaTypeOf(capture.format),
    ...(isStillPicture(capture) ? await readPictureSize(shot.bytes) : shot.size),
    ...(state.metadata && { metadata: state.metadata }),
    ...(state.content && { content: state.content }),
    ...(state.slices && { slices: state.slices }),
    warnings: [...state.warnings],
    timingsMilliseconds: runner.timingsMilliseconds,
  };
}

async function runSteps(runner: StepRunner, state: CaptureInProgress): Promise<Shot> {
  try {
    await runner.run(openingSteps, state);
    const shot = await captureDocuments(runner, state);
    await runner.run(closingSteps, state);
    return shot;
  } catch (thrown) {
    throw await withPendingLoads(state.page, thrown);
  }
}

function environmentOf(context: CaptureContext): CaptureEnvironment {
  const { blocking, encodeVideo, scalePicture, secrets, targets } = context;
  return {
    scalePicture,
    encodeVideo,
    refusalOf: (url) => {
      const message = documentRefusal(url, targets);
      return message === undefined
        ? context.refusalOf(url)
        : { reason: "TargetNotAllowed", message };
    },
    targets,
    ...(blocking === undefined ? {} : { blocking }),
    ...(secrets === undefined ? {} : { secrets }),
    maxAreaPixels: context.maxAreaPixels ?? largestAreaPixels,
    mostPixelsAtOnce: context.mostPixelsAtOnce ?? largestAreaPixels,
  };
}
