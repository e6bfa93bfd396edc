import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import { allowScripts, emulateDevice } from "../browser/devtools/page-emulation.ts";
import { environmentOf, type CaptureContext } from "./capture-environment.ts";
import type { Picture } from "./capture-output.ts";
import { captureTimedOut, pageNeverStays } from "./capture-timeouts.ts";
import { withDevice } from "./device.ts";
import { pictureOf } from "./picture-of-capture.ts";
import type { CaptureInProgress } from "./steps/capture-step.ts";
import { deviceOf } from "./steps/emulate-device.ts";
import { StepRunner } from "./steps/step-runner.ts";
import { closingSteps, takingSteps } from "./steps/steps.ts";
import { restorePage } from "./whole-page/restore-page.ts";
import { nextFrames } from "./whole-page/next-frames.ts";

/**
 * Captures another picture of a page that has been captured. What happened while the page was loaded, and the warnings about that, are
 * the earlier capture's; how the picture is taken is this one's own.
 *
 * @param spec equal to that of `taken` but for what is taken of the page (`core/take/shared-load.ts`)
 * @throws Failure, or the reason of `context.signal`
 */
export async function captureAgain(
  taken: CaptureInProgress,
  spec: CaptureSpec,
  context: CaptureContext,
): Promise<Picture> {
  const { page } = taken;
  const capture = withDevice(spec);
  const runner = new StepRunner();
  using deadline = new Deadline({
    milliseconds: capture.captureTimeoutSeconds * 1000,
    reason: () => captureTimedOut(capture, runner.activity),
    parents: [context.signal, page.lost],
  });
  const state = stateAfter(taken, capture, { context, deadline });
  await resumePage(state);
  const hasStayed = await runner.runOnDocument(takingSteps, state);
  if (!hasStayed || state.shot === undefined) throw pageNeverStays();
  await runner.run(closingSteps, state);
  return await pictureOf(state, state.shot, runner.timingsMilliseconds);
}

/** What belongs to the page goes on; what belongs to one picture begins anew. */
function stateAfter(
  {
    page,
    address,
    loaderID,
    network,
    animations,
    consent,
    bannerFrames,
    arrivalWarnings,
  }: CaptureInProgress,
  capture: CaptureSpec,
  { context, deadline }: { context: CaptureContext; deadline: Deadline },
): CaptureInProgress {
  return {
    page,
    address,
    capture,
    environment: environmentOf(context),
    deadline,
    navigation: deadline,
    warnings: new Set(arrivalWarnings),
    done: new Set(),
    bannerFrames,
    ...(loaderID !== undefined && { loaderID }),
    ...(network !== undefined && { network }),
    ...(animations !== undefined && { animations }),
    ...(consent !== undefined && { consent }),
  };
}

/** Gives the page its styles, its window and its scripts back, which the earlier picture may have taken, also one that failed halfway. */
async function resumePage({ page, capture, deadline }: CaptureInProgress): Promise<void> {
  const { signal } = deadline;
  await restorePage(page, signal);
  await emulateDevice(page, deviceOf(capture), signal);
  await allowScripts(page, signal);
  await nextFrames(page, signal);
}
