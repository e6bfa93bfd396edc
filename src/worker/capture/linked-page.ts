import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import { workOnDocuments } from "./capture-documents.ts";
import { pageNeverStays } from "./capture-timeouts.ts";
import { navigationDeadline } from "./navigation-deadline.ts";
import type { CaptureEnvironment, CaptureInProgress } from "./steps/capture-step.ts";
import { StepRunner } from "./steps/step-runner.ts";
import { openingSteps, settlingSteps } from "./steps/steps.ts";

/** Of the time that the capture has left; the rest is for what is done with the page. */
const openingShare = 1 / 2;
/** What the job does to the page that it names, and wants to know of it. */
const fieldsOfFirstPage = [
  ...(["html", "markdown", "scripts", "click", "hover", "scrollIntoView"] as const),
  ...(["failIf", "metadata", "pageContent"] as const),
] satisfies readonly (keyof CaptureSpec)[];
/** That the page may go on to by itself while it is recorded. */
const mostFurtherDocuments = 3;
const documentAttempts = [settlingSteps, settlingSteps, settlingSteps];

/**
 * Opens another page in the context of a capture, as its first page was opened: with the same device, blocking and styles, checked as any
 * address, but without what the job does to the page that it names. The first page stays as it is.
 *
 * @returns the state of a capture of that page, whose page the caller closes
 * @throws Failure, or the reason of the deadline's signal
 */
export async function openLinkedPage(
  first: CaptureInProgress,
  url: string,
): Promise<CaptureInProgress> {
  const { address, deadline, environment, warnings } = first;
  const page = await first.page.openAnother(deadline.signal);
  try {
    page.send("Page.bringToFront", undefined);
    const capture = linkedCapture(first.capture, url);
    using limit = openingDeadline(deadline, url, page.lost);
    using navigation = navigationDeadline(page, capture, limit);
    const state: CaptureInProgress = {
      ...{ page, capture, address, warnings, navigation, deadline: limit },
      environment: withoutCookies(environment),
      ...{ done: new Set(), bannerFrames: [] },
    };
    const runner = new StepRunner();
    await runner.run(openingSteps, state);
    await settle(runner, state);
    let documentsLeft = mostFurtherDocuments;
    const opened: CaptureInProgress = {
      ...{ ...state, deadline },
      settleAgain: async () => {
        if (documentsLeft === 0) throw pageNeverStays();
        documentsLeft -= 1;
        using again = navigationDeadline(page, capture, deadline);
        opened.navigation = again;
        await settle(runner, opened);
      },
    };
    return opened;
  } catch (thrown) {
    page.close();
    throw thrown;
  }
}

async function settle(runner: StepRunner, state: CaptureInProgress): Promise<void> {
  const steps = await workOnDocuments(runner, state, documentAttempts);
  if (steps === undefined) throw pageNeverStays();
}

function openingDeadline(parent: Deadline, url: string, lost: AbortSignal): Deadline {
  const milliseconds = parent.remainingMilliseconds * openingShare;
  return new Deadline({
    milliseconds,
    reason: () =>
      new Failure("NavigationTimedOut", {
        message: `${URL.parse(url)?.host ?? "The page"} did not load within ${Math.round(milliseconds / 1000)} s, half of the time that was left`,
      }),
    parents: [parent.signal, lost],
  });
}

function linkedCapture(capture: CaptureSpec, url: string): CaptureSpec {
  const kept = Object.entries(capture).filter(([field]) => !isOfFirstPage(field));
  const { until, delaySeconds } = capture.wait;
  return { ...(Object.fromEntries(kept) as CaptureSpec), url, wait: { until, delaySeconds } };
}

function isOfFirstPage(field: string): boolean {
  return (fieldsOfFirstPage as readonly string[]).includes(field);
}

/** The context has them already, and the first page may have changed them. */
function withoutCookies({ secrets, ...environment }: CaptureEnvironment): CaptureEnvironment {
  if (secrets === undefined) return environment;
  const { cookies: _, ...others } = secrets;
  return { ...environment, secrets: others };
}
