import { Failure } from "../../../api/reasons/failure.ts";
import { systemClock } from "../../../platform/process/clock.ts";
import {
  closedRootsVariable,
  revealClosedRoots,
} from "../../browser/devtools/closed-shadow-roots.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
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

const shadowPrefix = "shadow/";
const longestPauseMilliseconds = 2_000;

/** Source text for scripts that find elements: the first match, or the first visible one. */
export const findElement = `
  // An element without a size of its own (display: contents, only floating children) is as large as what it contains.
  const boxOf = (element) => {
    const own = element.getBoundingClientRect();
    if (own.width > 0 && own.height > 0) return own;
    if (element.getClientRects().length > 0 && getComputedStyle(element).overflow !== "visible") return own;
    const boxes = [...element.children].map(boxOf).filter(({ width, height }) => width > 0 && height > 0);
    if (boxes.length === 0) return own;
    const [left, top] = ["left", "top"].map((side) => Math.min(...boxes.map((box) => box[side])));
    const [right, bottom] = ["right", "bottom"].map((side) => Math.max(...boxes.map((box) => box[side])));
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const isDrawn = (element) => element.checkVisibility({ visibilityProperty: true })
    || (getComputedStyle(element).display === "contents" && [...element.children].some(isDrawn));
  const isVisible = (element) => {
    const { width, height } = boxOf(element);
    return width > 0 && height > 0 && isDrawn(element);
  };
  const rootsIn = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? rootsIn(e.shadowRoot) : [])];
  const closedRoots = () => (globalThis.${closedRootsVariable} ?? []).filter((root) => root.isConnected).flatMap(rootsIn);
  // "shadow/…" looks into shadow roots as well, into closed ones if they were revealed.
  const findAll = (selector) => selector.startsWith("${shadowPrefix}")
    ? [...new Set([...rootsIn(document), ...closedRoots()])].flatMap((root) => [...root.querySelectorAll(selector.slice(${shadowPrefix.length}))])
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
  wanted: WantedMatch,
  signal: AbortSignal,
): Promise<void> {
  const { selector, path, mustBeVisible, atLeast = 1 } = wanted;
  const answer = page.world.call<"Found" | "Invalid">(
    awaitElement,
    [selector, mustBeVisible, atLeast],
    signal,
  );
  if (selector.startsWith(shadowPrefix)) await revealRootsUntil(answer, page, signal);
  if ((await answer) === "Invalid") throw selectorInvalid(selector, path);
}

/** While nothing matches, looks for closed roots, at growing intervals, since that costs the page time. */
async function revealRootsUntil(
  answer: Promise<unknown>,
  page: PageSession,
  signal: AbortSignal,
): Promise<void> {
  const isOver = answer.then(
    () => true,
    () => true,
  );
  for (let pause = 100; ; pause = Math.min(2 * pause, longestPauseMilliseconds)) {
    const pausing = systemClock.sleep(pause, signal).then(() => false);
    if (await Promise.race([isOver, pausing])) return;
    await revealClosedRoots(page, signal);
  }
}

/** The failure of a capture with a selector that is not valid CSS. */
export function selectorInvalid(selector: string, path: string): Failure {
  return new Failure("SelectorInvalid", {
    message: `"${selector}" in ${path} is not a valid CSS selector; try it with document.querySelector in a browser's console`,
  });
}
