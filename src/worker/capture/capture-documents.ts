import { pageNeverStays } from "./capture-timeouts.ts";
import { renewedNavigation } from "./navigation-deadline.ts";
import type { CaptureInProgress, CaptureStep, Shot } from "./steps/capture-step.ts";
import type { StepRunner } from "./steps/step-runner.ts";
import { documentSteps, hurriedSteps } from "./steps/steps.ts";

/** A page may go on to another document by itself (a refresh, a script): after four documents it is captured in a hurry. */
const documentAttempts: readonly (readonly CaptureStep[])[] = [
  documentSteps,
  documentSteps,
  documentSteps,
  documentSteps,
  hurriedSteps,
  hurriedSteps,
  hurriedSteps,
];

const restlessWarning =
  "The page kept going to other addresses by itself; the picture shows the one it was at, without waiting for more";

/** Works on one document after another until one stays long enough to be captured. */
export async function captureDocuments(
  runner: StepRunner,
  state: CaptureInProgress,
): Promise<Shot> {
  const steps = await workOnDocuments(runner, state, documentAttempts);
  // A picture of a document that the page left meanwhile is better than none.
  if (state.shot === undefined) throw pageNeverStays();
  if (steps === undefined || steps === hurriedSteps) {
    state.isRestless = true;
    state.warnings.add(restlessWarning);
  }
  return state.shot;
}

/** Returns the steps during which a document stayed; undefined if none did. */
export async function workOnDocuments(
  runner: StepRunner,
  state: CaptureInProgress,
  attempts: readonly (readonly CaptureStep[])[],
): Promise<readonly CaptureStep[] | undefined> {
  for (const [index, steps] of attempts.entries()) {
    using renewed = index === 0 ? undefined : renewedNavigation(state);
    state.navigation = renewed ?? state.navigation;
    if (await runner.runOnDocument(steps, state)) return steps;
  }
  return undefined;
}
