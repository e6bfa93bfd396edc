import { Failure } from "../../../api/reasons/failure.ts";
import { DocumentGone } from "../../browser/devtools/page-failure.ts";
import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { awaitEvents } from "./await-lifecycle.ts";
import { hasMovedOn, type CaptureInProgress, type CaptureStep } from "./capture-step.ts";
import { hideSelectorsStep } from "./hide-selectors.ts";
import { injectStylesStep } from "./inject-styles.ts";

const mostMessageCharacters = 200;
/** A navigation that a script requests begins in a later task. */
const letTasksRun = `() => new Promise((resolve) => setTimeout(resolve, 0))`;

/** Runs `scripts` in the page, one after the other; promises are awaited. */
export const runScriptsStep: CaptureStep = {
  activity: "running the scripts",
  stage: "settle",
  isOnce: true,
  appliesTo: ({ scripts }) => scripts !== undefined && scripts.length > 0,
  run: async (state) => {
    const { page, capture, deadline } = state;
    const isAllowed = mayRedirect(capture);
    try {
      for (const [index, source] of (capture.scripts ?? []).entries()) {
        const { thrown } = await page.runScript(source, deadline.signal);
        if (thrown !== undefined && !hasMovedOn(state)) throw scriptFailure(index, thrown);
      }
      await page.world.call(letTasksRun, [], deadline.signal);
    } catch (thrown) {
      if (!(thrown instanceof DocumentGone)) throw thrown;
      if (!isAllowed) throw redirectFailure();
    }
    if (isAllowed) await followScripts(state);
    else if (hasMovedOn(state)) throw redirectFailure();
  },
};

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
