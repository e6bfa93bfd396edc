import type { PageSession } from "../../browser/devtools/page-session.ts";
import { nextFrames } from "./next-frames.ts";
import { walkElements } from "./page-script.ts";

/** Those that scrolling drives are where they belong. */
const finish = `() => {
  ${walkElements}
  const roots = [document, ...[...elementsIn(document)].filter((e) => e.shadowRoot).map((e) => e.shadowRoot)];
  let finished = 0;
  for (const root of roots)
    for (const animation of root.getAnimations()) {
      if (animation.timeline !== document.timeline) continue;
      if (!Number.isFinite(animation.effect?.getComputedTiming().endTime)) continue;
      try { animation.finish(); finished += 1; } catch {}
    }
  return finished;
}`;

/** What ends may begin another one, but not for ever. */
const mostRounds = 3;

/** Brings the finite animations and transitions that growing and scrolling began to their end. */
export async function finishAnimations(page: PageSession, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const finished = await page.world.call<number>(finish, [], signal);
    if (finished === 0) return;
    await nextFrames(page, signal);
  }
}
