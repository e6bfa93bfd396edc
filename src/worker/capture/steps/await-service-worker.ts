import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { letTasksRun } from "./let-tasks-run.ts";
import { isDoneWithin } from "./wait-limit.ts";

const mostMilliseconds = 2500;

/** Resolves when a worker controls the page, or when it is active and two frames later still does not. */
const awaitControl = `() => new Promise((resolve) => {
  const container = navigator.serviceWorker;
  if (container.controller !== null) resolve();
  container.addEventListener("controllerchange", () => resolve());
  const nextFrames = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  container.ready.then(({ active }) => {
    if (active.state === "activated") nextFrames();
    else active.addEventListener("statechange", nextFrames);
  });
})`;

/**
 * Waits for the service worker of a page that wants to know when it takes over: most such pages reload then, and a picture would show
 * what they look like in between. Other pages lose no time.
 */
export const awaitServiceWorkerStep: CaptureStep = {
  activity: "waiting for the page's service worker",
  stage: "navigate",
  appliesTo: ({ url }) => url !== undefined,
  run: async (state) => {
    const { page, deadline } = state;
    if (!(await awaitsController(state))) return;
    await isDoneWithin(mostMilliseconds, deadline, (signal) =>
      page.world.call(awaitControl, [], signal),
    );
    await letTasksRun(state);
  },
};

/** Whether the page has no service worker yet and listens for one. Service workers exist on https and loopback pages only. */
async function awaitsController({ page, deadline }: CaptureInProgress): Promise<boolean> {
  const { signal } = deadline;
  const { result } = await page.call(
    "Runtime.evaluate",
    {
      expression: `isSecureContext && navigator.serviceWorker?.controller === null ? navigator.serviceWorker : undefined`,
      silent: true,
    },
    signal,
  );
  if (result.objectId === undefined || result.subtype === "error") return false;
  const { listeners } = await page.call(
    "DOMDebugger.getEventListeners",
    { objectId: result.objectId },
    signal,
  );
  return listeners.some(({ type }) => type === "controllerchange");
}
