import { bannerTests } from "../../blocking/banner-heuristics.ts";
import type { Protocol } from "puppeteer-core";
import type { DevToolsClient } from "../../browser/devtools/devtools-client.ts";
import type { FrameSession } from "../../browser/devtools/frame-session.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import { withoutFailing } from "./blocking-failure.ts";
import type { CaptureStep } from "./capture-step.ts";

const hideTimeoutMilliseconds = 3_000;
const frameTimeoutMilliseconds = 1_000;
const mostFrames = 30;

/** Whether what a frame shows has the words and the buttons of a banner. */
const looksLikeBanner = `(() => {
  ${bannerTests}
  const { body } = document;
  return body !== null && hasWords(textOf(body)) && body.querySelector(buttons) !== null
    && body.querySelectorAll("a[href]").length <= 12;
})()`;

/** Hides a frame, or what it lies in over the page, if that has the place of a banner. */
const hideFrame = `function (frame) {
  ${bannerTests}
  for (let element = frame; element && element !== document.body; element = element.parentElement)
    if (hasPlace(element)) { hide(element); return true; }
  return false;
}`;

/**
 * Hides frames that show a banner. What is in a frame of another site cannot be reached from the page, so the frame is hidden whole.
 */
export const hideBannerFramesStep: CaptureStep = {
  activity: "hiding banners in frames",
  stage: "settle",
  appliesTo: ({ block }) => block?.bannersByHeuristics === true,
  run: async (state) => {
    const { page, bannerFrames } = state;
    await withoutFailing(state, hideTimeoutMilliseconds, async (signal) => {
      const frames = [...(await framesWithin(page, signal)), ...bannerFrames.map(ofOtherProcess)];
      const found = await Promise.all(frames.map(showsBanner));
      const banners = frames.filter((_, index) => found[index]);
      for (const { frameID } of banners)
        if (await hideOwner(page, frameID, signal)) state.hasHiddenBanner = true;
    });
  },
};

/** The same once more just before the picture, for frames that came late. */
export const hideLateBannerFramesStep: CaptureStep = { ...hideBannerFramesStep };

interface Frame {
  frameID: string;
  evaluate(expression: string, signal: AbortSignal): Promise<unknown>;
}

/** The frames that the page's own process shows, of whatever site. */
async function framesWithin(page: PageSession, signal: AbortSignal): Promise<Frame[]> {
  const { frameTree } = await page.call("Page.getFrameTree", undefined, signal);
  const ids: string[] = [];
  const collect = ({ childFrames = [] }: Protocol.Page.FrameTree): void => {
    for (const child of childFrames) {
      ids.push(child.frame.id);
      collect(child);
    }
  };
  collect(frameTree);
  return ids.slice(0, mostFrames).map((frameID) => ({
    frameID,
    evaluate: async (expression, limit) => {
      const world = { frameId: frameID, worldName: "stills" };
      const { executionContextId } = await page.call("Page.createIsolatedWorld", world, limit);
      return await evaluateIn(page, { expression, contextId: executionContextId }, limit);
    },
  }));
}

function ofOtherProcess(session: FrameSession): Frame {
  return {
    frameID: session.frameID,
    evaluate: (expression, limit) => evaluateIn(session, { expression }, limit),
  };
}

async function evaluateIn(
  client: DevToolsClient,
  question: { expression: string; contextId?: number },
  signal: AbortSignal,
): Promise<unknown> {
  const { result } = await client.call(
    "Runtime.evaluate",
    { ...question, returnByValue: true },
    signal,
  );
  return result.value;
}

async function showsBanner(frame: Frame): Promise<boolean> {
  try {
    const limit = AbortSignal.timeout(frameTimeoutMilliseconds);
    return (await frame.evaluate(looksLikeBanner, limit)) === true;
  } catch {
    return false; // It may have ended, or hang.
  }
}

/** False for a frame that has gone, or lies inside of a frame of another process. */
async function hideOwner(
  page: PageSession,
  frameID: string,
  signal: AbortSignal,
): Promise<boolean> {
  await page.call("DOM.enable", {}, signal);
  try {
    const { backendNodeId } = await page.call("DOM.getFrameOwner", { frameId: frameID }, signal);
    return await page.world.callWithNode<boolean>(hideFrame, backendNodeId, [], signal);
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    page.send("DOM.disable", undefined);
  }
}
