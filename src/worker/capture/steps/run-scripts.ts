import { Failure } from "../../../api/reasons/failure.ts";
import { DocumentGone } from "../../browser/devtools/page-failure.ts";
import { endScript, runScript } from "../../browser/devtools/page-scripts.ts";
import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { awaitEvents } from "./await-lifecycle.ts";
import { hasMovedOn, type CaptureInProgress, type CaptureStep } from "./capture-step.ts";
import { hideSelectorsStep } from "./hide-selectors.ts";
import { injectStylesStep } from "./inject-styles.ts";
import { letTasksRun } from "./let-tasks-run.ts";
import { isDoneWithin } from "./wait-limit.ts";

const mostMessageCharacters = 200;
const mostEndMilliseconds = 2000;
/** Share of the time that remains; what is left is for the picture. */
const scriptShare = 1 / 3;

/** Runs `scripts` in the page, one after the other; promises are awaited, for a limited time. */
export const runScriptsStep: CaptureStep = {
  activity: "running the scripts",
  stage: "settle",
  isOnce: true,
  appliesTo: ({ scripts }) => scripts !== undefined && scripts.length > 0,
  run: async (state) => {
    const isAllowed = mayRedirect(state.capture);
    try {
      await runScripts(state);
      // A navigation that a script requests may begin in a later task.
      await letTasksRun(state);
    } catch (thrown) {
      if (!(thrown instanceof DocumentGone)) throw thrown;
      if (!isAllowed) throw redirectFailure();
    }
    if (isAllowed) await followScripts(state);
    else if (hasMovedOn(state)) throw redirectFailure();
  },
};

/** The scripts share one time limit: after it the picture is taken, with a warning. */
async function runScripts(state: CaptureInProgress): Promise<void> {
  const { page, capture, deadline, warnings } = state;
  let running = 0;
  const limitMilliseconds = deadline.remainingMilliseconds * scriptShare;
  const haveEnded = await isDoneWithin(limitMilliseconds, deadline, async (signal) => {
    for (const [index, source] of (capture.scripts ?? []).entries()) {
      running = index;
      const { thrown } = await runScript(page, source, signal);
      if (thrown !== undefined && !hasMovedOn(state)) throw scriptFailure(index, thrown);
    }
  });
  if (haveEnded) return;
  warnings.add(
    `scripts[${running}] did not end within ${Math.round(limitMilliseconds / 1000)} s; the picture shows the page as it was then, without what was still to come of \`scripts\``,
  );
  await isDoneWithin(mostEndMilliseconds, deadline, (signal) => endScript(page, signal));
}

/** Whether the scripts may navigate: they may if the spec says what to wait for afterwards. */
export function mayRedirect({ wait }: CaptureSpec): boolean {
  return wait.afterScripts !== undefined && wait.afterScripts.length > 0;
}

/** Continues with the document the scripts navigated to; it gets the styles as well. */
async function followScripts(state: CaptureInProgress): Promise<void> {
  const { page, capture } = state;
  await awaitEvents(state, capture.wait.afterScripts ?? []);
  const { loaderID } = page.lifecycle.document;
  if (loaderID === state.loaderID) return;
  state.loaderID = loaderID;
  for (const step of [injectStylesStep, hideSelectorsStep])
    if (step.appliesTo(capture)) await step.run(state);
}

/** The failure of a capture whose scripts navigated, at once or later. */
export function redirectFailure(): Failure {
  return new Failure("ScriptTriggeredRedirect", {
    message:
      "A script in `scripts` made the page go to another address; give that address as `url`, say what to wait for there in wait.afterScripts, or remove the navigation from the script",
  });
}

function scriptFailure(index: number, thrown: string): Failure {
  const message =
    thrown.length > mostMessageCharacters ? `${thrown.slice(0, mostMessageCharacters)}…` : thrown;
  return new Failure("ScriptFailed", { message: `scripts[${index}] threw: ${message}` });
}
