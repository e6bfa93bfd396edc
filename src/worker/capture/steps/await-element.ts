import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureInProgress } from "./capture-step.ts";
import { awaitMatch } from "./selectors.ts";
import { isDoneWithin, waitLimit } from "./wait-limit.ts";

/** An option that names an element. */
export interface ElementOption {
  /** Path of the option in the spec, for messages. */
  path: string;
  selector: string;
  whenMissing: "Continue" | "Fail";
}

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

/** Fails the capture or adds a warning, as the option says. */
export function reportMissingElement(
  { warnings }: CaptureInProgress,
  { path, selector, whenMissing }: ElementOption,
): void {
  const fact = `Nothing visible matched ${path}.selector "${selector}"`;
  if (whenMissing === "Fail")
    throw new Failure("SelectorNotFound", {
      message: `${fact}; check the selector, or set ${path}.whenMissing to Continue to go on without it`,
    });
  warnings.add(`${fact}, so ${path} had no effect`);
}
