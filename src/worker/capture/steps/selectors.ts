import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureInProgress } from "./capture-step.ts";

/** What to wait for. */
interface WantedMatch {
  selector: string;
  /** Path of the option in the spec, for messages. */
  path: string;
  mustBeVisible: boolean;
  /** How many elements have to match; default 1. */
  atLeast?: number;
}

/** Source text for scripts that find elements: the first match, or the first visible one. */
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

/** Mutations report new elements at once; size and visibility change without a mutation, hence the timer. */
const awaitElement = `(selector, mustBeVisible, atLeast) => new Promise((resolve) => {
  ${findElement}
  const stop = (answer) => { clearInterval(timer); observer.disconnect(); resolve(answer); };
  const check = () => {
    try { if (findAll(selector).filter((e) => !mustBeVisible || isVisible(e)).length >= atLeast) stop("Found"); } catch { stop("Invalid"); }
  };
  const observer = new MutationObserver(check);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
  const timer = setInterval(check, 100);
  check();
})`;

/**
 * Resolves when enough elements match. Waits until the signal is aborted.
 * @throws Failure(SelectorInvalid)
 */
export async function awaitMatch(
  { page }: CaptureInProgress,
  { selector, path, mustBeVisible, atLeast = 1 }: WantedMatch,
  signal: AbortSignal,
): Promise<void> {
  const answer = await page.world.call<"Found" | "Invalid">(
    awaitElement,
    [selector, mustBeVisible, atLeast],
    signal,
  );
  if (answer === "Invalid") throw selectorInvalid(selector, path);
}

/** The failure of a capture with a selector that is not valid CSS. */
export function selectorInvalid(selector: string, path: string): Failure {
  return new Failure("SelectorInvalid", {
    message: `"${selector}" in ${path} is not a valid CSS selector; try it with document.querySelector in a browser's console`,
  });
}
