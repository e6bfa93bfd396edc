import type { CaptureInProgress } from "./capture-step.ts";
import { reportMissingElement } from "./missing-element.ts";
import type { ElementOption } from "./missing-element.ts";
import { awaitMatch } from "./selectors.ts";
import { isDoneWithin, waitLimit } from "./wait-limit.ts";

/** Pages that scripts build may need some time after loading. */
const mostWaitMilliseconds = 10_000;

/**
 * Waits for a visible element that matches, and returns whether there is one.
 * @throws Failure(SelectorNotFound) unless the option lets the capture go on, Failure(SelectorInvalid)
 */
export async function awaitElement(
  state: CaptureInProgress,
  option: ElementOption,
): Promise<boolean> {
  const { deadline } = state;
  const { selector, path } = option;
  const limitMilliseconds = waitLimit(deadline, mostWaitMilliseconds);
  const wanted = { selector, path: `${path}.selector`, mustBeVisible: true };
  const isFound = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
    awaitMatch(state, wanted, signal),
  );
  if (!isFound) reportMissingElement(state, option);
  return isFound;
}
