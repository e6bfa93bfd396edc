import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { findLink } from "./find-link.ts";
import type { NavigationPlan } from "./navigation-plan.ts";

/** Continues with the reason why there is no other page. */
const stays = "The recording stayed on the page that it began with";

/**
 * Opens the page that a recording goes on to: the one that the plan names, or a link. Undefined, with a warning, if there is none or it
 * cannot be opened.
 */
export async function goToLink(
  state: CaptureInProgress,
  plan: NavigationPlan,
): Promise<CaptureInProgress | undefined> {
  const { page, deadline, warnings } = state;
  const url = plan.url ?? (await findLink(page, plan, deadline.signal));
  if (url === undefined) {
    const wanted = plan.anyLinkDoes ? "" : " whose text fits animation.scrollNavigateLinkHints";
    warnings.add(`${stays}: it shows no link to another page of its host${wanted}`);
    return undefined;
  }
  try {
    return await state.openLinkedPage?.(url);
  } catch (thrown) {
    if (deadline.signal.aborted || !(thrown instanceof Failure)) throw thrown;
    // Failures speak of the address that a job is for.
    const name = plan.url === undefined ? "the link" : "animation.scrollNavigateToURL";
    warnings.add(`${stays}: ${thrown.message.replaceAll("`url`", name)}`);
    return undefined;
  }
}
