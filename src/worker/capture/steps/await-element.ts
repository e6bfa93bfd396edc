import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureInProgress } from "./capture-step.ts";
import { isDoneWithin } from "./deadline.ts";
import { awaitMatch, reserveMilliseconds } from "./selectors.ts";

/** An option that names an element to do something with. */
export interface ElementOption {
  /** The object it stands in, for messages. */
  field: string;
  selector: string;
  whenMissing: "Continue" | "Fail";
}

/** Pages that build themselves by script may need a while after loading. */
const longestWaitMilliseconds = 10_000;

/**
 * Waits for something visible that matches; answers whether it came.
 * @throws Failure(SelectorNotFound) unless that is to be ignored, Failure(SelectorInvalid).
 */
export async function awaitElement(
  state: CaptureInProgress,
  option: ElementOption,
): Promise<boolean> {
  const { deadline } = state;
  const { selector, field } = option;
  const remaining = deadline.remainingMilliseconds;
  const limitMilliseconds = Math.min(
    longestWaitMilliseconds,
    remaining - reserveMilliseconds(remaining),
  );
  const wanted = { selector, field: `${field}.selector`, mustBeVisible: true };
  const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
    awaitMatch(state, wanted, signal),
  );
  if (!came) missingElement(state, option);
  return came;
}

/** Fails, or warns and goes on, as the option says. */
export function missingElement(
  { warnings }: CaptureInProgress,
  { field, selector, whenMissing }: ElementOption,
): void {
  const fact = `Nothing visible matched ${field}.selector "${selector}"`;
  if (whenMissing === "Fail")
    throw new Failure("SelectorNotFound", {
      message: `${fact}; check the selector, or set ${field}.whenMissing to Continue to go on without it`,
    });
  warnings.add(`${fact}, so ${field} had no effect`);
}
