import type { PageSession } from "./page-session.ts";

/** CSS pixels from the top left corner of the viewport. */
export interface MousePosition {
  x: number;
  y: number;
}

/** Moves the mouse; it stays there. */
export async function moveMouse(
  page: PageSession,
  position: MousePosition,
  signal: AbortSignal,
): Promise<void> {
  await page.call("Input.dispatchMouseEvent", { type: "mouseMoved", ...position }, signal);
}

/** Moves the mouse and presses its left button once. */
export async function clickMouse(
  page: PageSession,
  position: MousePosition,
  signal: AbortSignal,
): Promise<void> {
  await moveMouse(page, position, signal);
  for (const type of ["mousePressed", "mouseReleased"] as const)
    await page.call(
      "Input.dispatchMouseEvent",
      { type, ...position, button: "left", clickCount: 1 },
      signal,
    );
}
