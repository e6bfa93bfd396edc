import { Failure } from "../../api/failure.ts";
import { DocumentGone } from "../../platform/chromium/page-failure.ts";
import { hasMovedOn, type CaptureStep } from "./capture-step.ts";

const longestMessage = 200;
/** A navigation that a script asks for begins in a task of its own. */
const letTasksRun = `() => new Promise((resolve) => setTimeout(resolve, 0))`;

/** Runs the user's scripts in the page, one after the other; promises are awaited. */
export const runScriptsStep: CaptureStep = {
  doing: "running the scripts",
  stage: "settle",
  isWanted: ({ scripts }) => scripts !== undefined && scripts.length > 0,
  run: async (state) => {
    const { page, capture, deadline } = state;
    try {
      for (const [index, source] of (capture.scripts ?? []).entries()) {
        const { thrown } = await page.runScript(source, deadline.signal);
        if (thrown !== undefined && !hasMovedOn(state)) throw scriptFailure(index, thrown);
      }
      await page.world.call(letTasksRun, [], deadline.signal);
    } catch (thrown) {
      throw thrown instanceof DocumentGone ? redirectFailure() : thrown;
    }
    if (hasMovedOn(state)) throw redirectFailure();
  },
};

/** The failure of a job whose script made the page go somewhere else, then or later. */
export function redirectFailure(): Failure {
  return new Failure("ScriptTriggeredRedirect", {
    message:
      "A script in `scripts` made the page go to another address; give that address as `url`, or remove the navigation from the script",
  });
}

function scriptFailure(index: number, thrown: string): Failure {
  const message = thrown.length > longestMessage ? `${thrown.slice(0, longestMessage)}…` : thrown;
  return new Failure("ScriptFailed", { message: `scripts[${index}] threw: ${message}` });
}
