import type { PageSession } from "../../browser/devtools/page-session.ts";

const undo = `() => {
  for (const takeBack of (globalThis.stillsUndo ?? []).reverse()) takeBack();
  globalThis.stillsUndo = [];
}`;

/** Takes back the styles and elements that were added for the picture, so that no later reader of the document finds them. */
export async function restorePage(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.world.call(undo, [], signal);
}
