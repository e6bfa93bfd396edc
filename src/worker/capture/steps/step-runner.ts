import type { StageTimings } from "../../../api/messages/capture-result.ts";
import { DocumentGone } from "../../browser/devtools/page-failure.ts";
import { awaitLifecycleStep } from "./await-lifecycle.ts";
import { hasMovedOn, type CaptureInProgress, type CaptureStep } from "./capture-step.ts";
import { clickStep } from "./click.ts";
import { mayRedirect, redirectFailure, runScriptsStep } from "./run-scripts.ts";

/** Runs steps in order, measures them by stage, and knows which one was running when a deadline is reached. */
export class StepRunner {
  activity = "starting";
  readonly timingsMilliseconds: StageTimings = { navigate: 0, settle: 0, capture: 0 };

  async run(steps: readonly CaptureStep[], state: CaptureInProgress): Promise<void> {
    for (const step of steps) if (step.appliesTo(state.capture)) await this.#runStep(step, state);
  }

  /** Returns false as soon as the page has gone on to another document. */
  async runOnDocument(steps: readonly CaptureStep[], state: CaptureInProgress): Promise<boolean> {
    let haveScriptsRun = false;
    for (const step of steps) {
      if (!step.appliesTo(state.capture) || state.done.has(step)) continue;
      if (step.isOnce) state.done.add(step);
      const hasStayed = await this.#staysDuring(step, state);
      haveScriptsRun ||= step === runScriptsStep && !mayRedirect(state.capture);
      // A navigation after a click may be caused by the click.
      if (step === clickStep) haveScriptsRun = false;
      if (hasStayed) continue;
      if (haveScriptsRun) throw redirectFailure();
      return false;
    }
    return true;
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
    this.activity = step.activity;
    const startedAt = performance.now();
    try {
      await step.run(state);
    } finally {
      const before = this.timingsMilliseconds[step.stage] ?? 0;
      this.timingsMilliseconds[step.stage] = before + performance.now() - startedAt;
    }
  }
}
