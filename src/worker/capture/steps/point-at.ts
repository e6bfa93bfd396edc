import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { clickMouse, moveMouse, type MousePosition } from "../../browser/page/page-mouse.ts";
import { awaitElement, missingElement, type ElementOption } from "./await-element.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { findElement } from "./selectors.ts";

/** The middle of the element, which is scrolled to when it is out of sight. */
const locateElement = `(selector) => {
  ${findElement}
  const element = find(selector, true);
  if (element === undefined) return null;
  const middle = () => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  };
  const { x, y } = middle();
  if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight)
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  return middle();
}`;

/** What the page does about a click begins in tasks of its own; a navigation that it asks for is known after them. */
const letTasksRun = `() => new Promise((resolve) => setTimeout(() => setTimeout(resolve, 0), 0))`;

/** Clicks on the element of `click`, once, whatever documents follow. */
export const clickStep: CaptureStep = {
  doing: "clicking on click.selector",
  stage: "settle",
  isOnce: true,
  isWanted: ({ click }) => click !== undefined,
  run: async (state) => {
    const position = await locate(state, "click");
    if (position === undefined) return;
    const { page, deadline } = state;
    await clickMouse(page, position, deadline.signal);
    await page.world.call(letTasksRun, [], deadline.signal);
  },
};

/** Leaves the mouse on the element of `hover`. */
export const hoverStep: CaptureStep = {
  doing: "moving the mouse to hover.selector",
  stage: "settle",
  isWanted: ({ hover }) => hover !== undefined,
  run: async (state) => {
    const position = await locate(state, "hover");
    if (position !== undefined) await moveMouse(state.page, position, state.deadline.signal);
  },
};

async function locate(
  state: CaptureInProgress,
  field: keyof Pick<CaptureSpec, "click" | "hover">,
): Promise<MousePosition | undefined> {
  const { page, capture, deadline } = state;
  const { selector = "", whenMissing = "Fail" } = capture[field] ?? {};
  const option: ElementOption = { field, selector, whenMissing };
  if (!(await awaitElement(state, option))) return undefined;
  const position = await page.world.call<MousePosition | null>(
    locateElement,
    [selector],
    deadline.signal,
  );
  if (position === null) missingElement(state, option);
  return position ?? undefined;
}
