import type { CaptureInProgress } from "./capture-step.ts";
import { isDoneWithin } from "./wait-limit.ts";

/**
 * Two frames: whatever a script or a click has put off by no time has run then. Timers would do, but in a document that may not run
 * scripts (CSP `sandbox`) none ever fires, not even in a world of our own.
 */
const nextFrames = `() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))`;

/** A page that is not drawn has no frames. */
const mostMilliseconds = 1000;

/** Lets tasks of the page run that are due, such as a navigation. @throws DocumentGone if that replaced the document */
export async function letTasksRun({ page, deadline }: CaptureInProgress): Promise<void> {
  await isDoneWithin(mostMilliseconds, deadline, (signal) =>
    page.world.call(nextFrames, [], signal),
  );
}
