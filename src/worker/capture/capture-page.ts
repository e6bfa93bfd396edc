import { withDevice } from "./device.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { environmentOf, type CaptureContext } from "./capture-environment.ts";
import type { PageSession } from "../browser/devtools/page-session.ts";
import { captureDocuments } from "./capture-documents.ts";
import { captureTimedOut } from "./capture-timeouts.ts";
import { openLinkedPage } from "./linked-page.ts";
import { navigationDeadline } from "./navigation-deadline.ts";
import { withPendingLoads } from "./steps/pending-loads.ts";
import type { Picture } from "./capture-output.ts";
import { pictureOf } from "./picture-of-capture.ts";
import type { CaptureInProgress, Shot } from "./steps/capture-step.ts";
import { StepRunner } from "./steps/step-runner.ts";
import { closingSteps, openingSteps } from "./steps/steps.ts";

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
  const picture = await pictureOf(state, shot, runner.timingsMilliseconds);
  // A page that was left half-way has nothing that another picture could be sure of.
  if (state.isRestless !== true) context.onTaken?.(state);
  return picture;
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
