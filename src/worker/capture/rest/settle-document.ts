import type { PageSession } from "../../browser/devtools/page-session.ts";
import { reachableDocuments, settleAnimations } from "./animation-script.ts";

/** A page that is not drawn has no frames. */
const mostFrameMilliseconds = 500;

/**
 * In the second frame from now, since what starts an animation often waits for one: a reveal, or a class set after loading. Scripts that
 * are stopped have frames, but no timers.
 */
const settleNextFrame = `() => new Promise((resolve) => {
  ${settleAnimations}
  ${reachableDocuments}
  const rootsIn = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? rootsIn(e.shadowRoot) : [])];
  const settleAll = () => resolve(documentsIn(document).reduce((changed, each) =>
    changed + rootsIn(each).reduce((sum, root) => sum + settle(root.getAnimations()), 0), 0));
  requestAnimationFrame(() => requestAnimationFrame(settleAll));
  setTimeout(settleAll, ${mostFrameMilliseconds});
})`;

/** Settles the animations that scripts of the page can reach, and returns how many there were. */
export async function settleDocument(page: PageSession, signal: AbortSignal): Promise<number> {
  return await page.world.call<number>(settleNextFrame, [], signal);
}
