import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import type { LifecycleEvent } from "../../browser/devtools/page-lifecycle.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { withPendingLoads } from "./pending-loads.ts";
import { checkStoppedDocument } from "./stopped-document.ts";
import { isDoneWithin } from "./wait-limit.ts";

type Event = CaptureSpec["wait"]["until"][number];

const eventNames: Record<Event, LifecycleEvent> = {
  Load: "load",
  DOMContentLoaded: "DOMContentLoaded",
  NetworkIdle0: "networkIdle",
  NetworkIdle2: "networkAlmostIdle",
};

/** A page with analytics, polling or a stream may never be idle. */
const mostIdleWaitMilliseconds = 10_000;
/** Share of the remaining time; the rest is for later steps. */
const idleShare = 0.5;

/** Waits for the events in `wait.until`; adds a warning when the network does not become idle. */
export const awaitLifecycleStep: CaptureStep = {
  activity: "waiting for the page to load",
  stage: "navigate",
  appliesTo: () => true,
  run: (state) => awaitEvents(state, state.capture.wait.until),
};

/** Waits for these events of the current document, or of the one the page is going to. */
export async function awaitEvents(state: CaptureInProgress, events: Event[]): Promise<void> {
  // Every later step needs a document.
  await reach(state, ["DOMContentLoaded", ...events.filter((event) => !isIdle(event))]);
  const idle = events.filter(isIdle);
  if (idle.length > 0) await reachIdle(state, idle);
}

async function reach(state: CaptureInProgress, events: Event[]): Promise<void> {
  try {
    await reachInTime(state, events);
  } catch (thrown) {
    throw await withPendingLoads(state.page, thrown);
  }
}

async function reachInTime(state: CaptureInProgress, events: Event[]): Promise<void> {
  const { lifecycle } = state.page;
  while (!hasReached(state, events)) {
    await lifecycle.until(
      () => hasReached(state, events) || lifecycle.document.hasStopped,
      state.navigation.signal,
    );
    if (!hasReached(state, events)) await checkStoppedDocument(state);
  }
}

async function reachIdle(state: CaptureInProgress, events: Event[]): Promise<void> {
  const { page, deadline, warnings } = state;
  const limitMilliseconds = Math.min(
    mostIdleWaitMilliseconds,
    deadline.remainingMilliseconds * idleShare,
  );
  const isReached = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
    page.lifecycle.until(() => hasReached(state, events), signal),
  );
  if (isReached) return;
  const seconds = Math.round(limitMilliseconds / 1000);
  warnings.add(
    `${events.join(" and ")} did not come within ${seconds} s: the page kept requests open, and the picture shows it as it was then; use wait.selector or wait.delaySeconds instead`,
  );
}

function hasReached({ page }: CaptureInProgress, events: Event[]): boolean {
  const { document, isLeaving } = page.lifecycle;
  return !isLeaving && events.every((event) => document.reached.has(eventNames[event]));
}

function isIdle(event: Event): boolean {
  return event === "NetworkIdle0" || event === "NetworkIdle2";
}
