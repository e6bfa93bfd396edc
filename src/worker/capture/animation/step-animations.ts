import type { PageSession } from "../../browser/devtools/page-session.ts";
import { reachableDocuments } from "../rest/animation-script.ts";

/**
 * Takes hold of what runs, and shows it at a moment of the recording. What runs when the recording begins starts anew with it, so that a
 * video does not depend on how long the page took to load; what begins later starts with the frame in which it is found. A finite one
 * ends as usual, with its events. What the page has paused, and what scrolling drives, is left alone.
 */
const showMoment = `(milliseconds) => {
  ${reachableDocuments}
  const rootsIn = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? rootsIn(e.shadowRoot) : [])];
  const held = globalThis.stillsAnimations ??= new Map();
  for (const each of documentsIn(document)) for (const root of rootsIn(each)) for (const animation of root.getAnimations()) {
    if (held.has(animation) || animation.playState !== "running") continue;
    if (animation.timeline === null || "source" in animation.timeline) continue;
    const timing = animation.effect?.getComputedTiming();
    if (timing === undefined) continue;
    animation.pause();
    held.set(animation, { since: milliseconds, rate: animation.playbackRate, end: timing.endTime });
  }
  for (const [animation, { since, rate, end }] of held) {
    if (animation.playState !== "paused") { held.delete(animation); continue; }
    const passed = (milliseconds - since) * Math.abs(rate);
    if (passed >= end) {
      try { animation.finish(); } catch {}
      held.delete(animation);
    } else animation.currentTime = rate < 0 ? end - passed : passed;
  }
}`;

/** Shows CSS animations, transitions and others of the Web Animations API at a moment of the recording. */
export async function stepAnimations(
  page: PageSession,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  await page.world.call(showMoment, [milliseconds], signal);
}

const letRun = `() => {
  for (const animation of globalThis.stillsAnimations?.keys() ?? []) if (animation.playState === "paused") animation.play();
  globalThis.stillsAnimations = undefined;
}`;

/** Lets what was shown at moments run by itself again, from where it is. */
export async function releaseAnimations(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.world.call(letRun, [], signal);
}
