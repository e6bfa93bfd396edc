import type { StageTimings } from "../../../api/messages/capture-messages.ts";
import { DocumentGone } from "../../browser/page/page-failure.ts";
import { awaitLifecycleStep } from "./await-lifecycle.ts";
import { hasMovedOn, type CaptureInProgress, type CaptureStep, type Shot } from "./capture-step.ts";
import { clickStep } from "./point-at.ts";
import { mayRedirect, redirectFailure, runScriptsStep } from "./run-scripts.ts";

/** Runs steps in order, measures them by stage, and knows what is being done when the time is over. */
export class StepRunner {
  doing = "starting";
  readonly timingsMilliseconds: StageTimings = { navigate: 0, settle: 0, capture: 0 };

  async run(steps: readonly CaptureStep[], state: CaptureInProgress): Promise<void> {
    for (const step of steps) if (step.isWanted(state.capture)) await this.#runStep(step, state);
  }

  /** The picture; undefined when the page went on to another document meanwhile. */
  async runOnDocument(
    steps: readonly CaptureStep[],
    state: CaptureInProgress,
  ): Promise<Shot | undefined> {
    let haveScriptsRun = false;
    for (const step of steps) {
      if (!step.isWanted(state.capture) || state.done.has(step)) continue;
      if (step.isOnce) state.done.add(step);
      const hasStayed = await this.#staysDuring(step, state);
      haveScriptsRun ||= step === runScriptsStep && !mayRedirect(state.capture);
      // From here on it may be the click that makes the page go elsewhere.
      if (step === clickStep) haveScriptsRun = false;
      if (hasStayed) continue;
      if (haveScriptsRun) throw redirectFailure();
      return undefined;
    }
    return state.shot;
  }

  async #staysDuring(step: CaptureStep, state: CaptureInProgress): Promise<boolean> {
    try {
      await this.#runStep(step, state);
    } catch (thrown) {
      if (thrown instanceof DocumentGone) return false;
      throw thrown;
    }
    if (step === awaitLifecycleStep) state.loaderID = state.page.lifecycle.document.loaderID;
    return !hasMovedOn(state);
  }

  async #runStep(step: CaptureStep, state: CaptureInProgress): Promise<void> {
    this.doing = step.doing;
    const startedAt = performance.now();
    try {
      await step.run(state);
    } finally {
      const before = this.timingsMilliseconds[step.stage] ?? 0;
      this.timingsMilliseconds[step.stage] = before + performance.now() - startedAt;
    }
  }
}
