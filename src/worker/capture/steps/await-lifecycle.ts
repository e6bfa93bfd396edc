import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import type { LifecycleEvent } from "../../browser/page/page-lifecycle.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { isDoneWithin } from "./deadline.ts";

type Event = CaptureSpec["wait"]["until"][number];

const eventNames: Record<Event, LifecycleEvent> = {
  Load: "load",
  DOMContentLoaded: "DOMContentLoaded",
  NetworkIdle0: "networkIdle",
  NetworkIdle2: "networkAlmostIdle",
};

/** A page with analytics, polling or a stream may never be idle, so idleness is waited for only so long. */
const longestIdleWaitMilliseconds = 10_000;
/** Of the time the capture has left: the rest is for the steps to come. */
const idleShare = 0.5;

/** Waits for the events in `wait.until`; network idle is given up with a warning when it does not come. */
export const awaitLifecycleStep: CaptureStep = {
  doing: "waiting for the page to load",
  stage: "navigate",
  isWanted: () => true,
  run: (state) => awaitEvents(state, state.capture.wait.until),
};

/** Waits for all of these events of the document that the page is at, or is going to. */
export async function awaitEvents(state: CaptureInProgress, events: Event[]): Promise<void> {
  // Whatever is asked for, there must be a document to look at.
  await reach(state, ["DOMContentLoaded", ...events.filter((event) => !isIdle(event))]);
  const idle = events.filter(isIdle);
  if (idle.length > 0) await reachIfItComes(state, idle);
}

async function reach(state: CaptureInProgress, events: Event[]): Promise<void> {
  await state.page.lifecycle.until(() => hasReached(state, events), state.navigation.signal);
}

async function reachIfItComes(state: CaptureInProgress, events: Event[]): Promise<void> {
  const { page, deadline, warnings } = state;
  const limitMilliseconds = Math.min(
    longestIdleWaitMilliseconds,
    deadline.remainingMilliseconds * idleShare,
  );
  const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
    page.lifecycle.until(() => hasReached(state, events), signal),
  );
  if (came) return;
  const seconds = Math.round(limitMilliseconds / 1000);
  warnings.add(
    `${events.join(" and ")} did not come within ${seconds} s: the page kept requests open, and the picture shows it as it was then; wait.selector or wait.delaySeconds may suit it better`,
  );
}

function hasReached({ page }: CaptureInProgress, events: Event[]): boolean {
  const { document, isLeaving } = page.lifecycle;
  return !isLeaving && events.every((event) => document.reached.has(eventNames[event]));
}

function isIdle(event: Event): boolean {
  return event === "NetworkIdle0" || event === "NetworkIdle2";
}
