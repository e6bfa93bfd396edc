import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureInProgress } from "./capture-step.ts";

export interface Wanted {
  selector: string;
  /** The field it comes from, for messages. */
  field: string;
  mustBeVisible: boolean;
  /** How many have to match; one unless given. */
  atLeast?: number;
}

/** The first match, or the first visible one; the same text is used in every script that looks for elements. */
export const findElement = `
  const isVisible = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const rootsIn = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? rootsIn(e.shadowRoot) : [])];
  // "shadow/…" looks into open shadow roots as well.
  const findAll = (selector) => selector.startsWith("shadow/")
    ? rootsIn(document).flatMap((root) => [...root.querySelectorAll(selector.slice(7))])
    : [...document.querySelectorAll(selector)];
  const find = (selector, mustBeVisible) =>
    mustBeVisible ? findAll(selector).find(isVisible) : findAll(selector)[0];
`;

/** Mutations tell of new elements at once; size and visibility change without one, hence the timer. */
const awaitElement = `(selector, mustBeVisible, atLeast) => new Promise((resolve) => {
  ${findElement}
  const stop = (answer) => { clearInterval(timer); observer.disconnect(); resolve(answer); };
  const look = () => {
    try { if (findAll(selector).filter((e) => !mustBeVisible || isVisible(e)).length >= atLeast) stop("Found"); } catch { stop("Invalid"); }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
  const timer = setInterval(look, 100);
  look();
})`;

/**
 * Resolves when something matches. Waits as long as the signal lets it.
 * @throws Failure(SelectorInvalid)
 */
export async function awaitMatch(
  { page }: CaptureInProgress,
  { selector, field, mustBeVisible, atLeast = 1 }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const answer = await page.world.call<"Found" | "Invalid">(
    awaitElement,
    [selector, mustBeVisible, atLeast],
    signal,
  );
  if (answer === "Invalid") throw selectorInvalid(selector, field);
}

/** The failure of a job with a selector that no browser understands. */
export function selectorInvalid(selector: string, field: string): Failure {
  return new Failure("SelectorInvalid", {
    message: `"${selector}" in ${field} is not a valid CSS selector; try it with document.querySelector in a browser's console`,
  });
}

/** What a wait leaves of the remaining time to the steps after it: up to five seconds. */
export function reserveMilliseconds(remainingMilliseconds: number): number {
  return Math.min(5000, remainingMilliseconds * 0.2);
}
