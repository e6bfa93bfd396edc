import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import type { MousePosition } from "../../browser/devtools/page-mouse.ts";
import { awaitElement } from "./await-option-element.ts";
import { reportMissingElement, type ElementOption } from "./missing-element.ts";
import type { CaptureInProgress } from "./capture-step.ts";
import { findElement } from "./selectors.ts";

/** The middle of the element, which is scrolled into view if necessary. */
const locateElement = `(selector) => {
  ${findElement}
  const element = find(selector, true);
  if (element === undefined) return null;
  const middle = () => {
    const { left, top, width, height } = boxOf(element);
    return { x: left + width / 2, y: top + height / 2 };
  };
  const { x, y } = middle();
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight)
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  return middle();
}`;

/**
 * Waits for the element of an option and returns where it is; undefined if it is missing and the option lets the capture go on.
 * @throws Failure(SelectorNotFound), Failure(SelectorInvalid)
 */
export async function locateMouseTarget(
  state: CaptureInProgress,
  path: keyof Pick<CaptureSpec, "click" | "hover">,
): Promise<MousePosition | undefined> {
  const { page, capture, deadline } = state;
  const { selector = "", whenMissing = "Fail" } = capture[path] ?? {};
  const option: ElementOption = { path, selector, whenMissing };
  if (!(await awaitElement(state, option))) return undefined;
  const position = await page.world.call<MousePosition | null>(
    locateElement,
    [selector],
    deadline.signal,
  );
  if (position === null) reportMissingElement(state, option);
  return position ?? undefined;
}
