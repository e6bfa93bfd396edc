import { systemClock } from "../../../platform/process/clock.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";

/** A page that draws nothing must not stop the capture. */
const mostMilliseconds = 1000;

const twoFrames = `() => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => resolve())))`;

/** Resolves when the page has drawn twice: then observers were told, and what they changed is laid out. */
export async function nextFrames(page: PageSession, signal: AbortSignal): Promise<void> {
  const drawn = page.world.call(twoFrames, [], signal);
  const waited = new AbortController();
  const limit = systemClock.sleep(mostMilliseconds, AbortSignal.any([signal, waited.signal]));
  try {
    await Promise.race([drawn, limit]);
  } finally {
    waited.abort();
    drawn.catch(() => undefined);
    limit.catch(() => undefined);
  }
}
