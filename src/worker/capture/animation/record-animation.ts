import { isAnimationFormat } from "../../../api/options/formats.ts";
import { captureScreenshot, type PageArea } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress, Shot } from "../steps/capture-step.ts";
import type { VideoEncoding } from "../../encoding/video-order.ts";
import { planStride } from "./frame-pace-policy.ts";
import { frameTimeMilliseconds, planFrames, type FramePlan } from "./frame-plan.ts";
import { capturedSize, fileSize } from "./frame-size.ts";
import { openScroller, type PageScroller } from "./page-scroller.ts";
import { stepAnimations } from "./step-animations.ts";

/** Of the frames, which are encoded once more. */
const frameQuality = 92;
/** The first frames wait for the encoder to start, and for what the page draws for the first time. */
const framesBeforePacing = 10;

/**
 * Records the page: for each frame the page, its scripts too, is brought to the moment that the frame shows, and its picture goes to the encoder. So the
 * file is the same whatever the machine is doing meanwhile. Where the time of the capture would not do, frames repeat the one before.
 */
export async function recordAnimation(state: CaptureInProgress): Promise<Shot> {
  const { capture, deadline, environment } = state;
  const { animation, format } = capture;
  if (animation === undefined || !isAnimationFormat(format))
    throw new TypeError("The job asks for no animation");
  const isTransparent = capture.background === "Transparent";
  const size = fileSize(capture, capturedSize(capture));
  const scroller = await openScroller(state);
  const plan = shortened(planFrames(animation, format), scroller, animation.scrollComplete);
  await using encoding = await environment.encodeVideo(
    {
      ...{ format, framesPerSecond: plan.framesPerSecond, ...size },
      ...{ frames: isTransparent ? "PNG" : "JPEG", isTransparent },
    },
    deadline.signal,
  );
  await recordFrames(state, { plan, scroller, encoding });
  const bytes = await encoding.finish();
  return { bytes, area: areaOf(state), size };
}

/** The animation is over when the page has been scrolled. */
function shortened(
  plan: FramePlan,
  scroller: PageScroller | undefined,
  endsWhenScrolled = true,
): FramePlan {
  if (!endsWhenScrolled || scroller?.endMilliseconds === undefined) return plan;
  const last = Math.ceil((scroller.endMilliseconds * plan.framesPerSecond) / 1000);
  return { ...plan, count: Math.min(plan.count, last + 1) };
}

interface Recording {
  plan: FramePlan;
  scroller: PageScroller | undefined;
  encoding: VideoEncoding;
}

async function recordFrames(
  state: CaptureInProgress,
  { plan, scroller, encoding }: Recording,
): Promise<void> {
  const { deadline, warnings } = state;
  let repeated = 0;
  let stride = 1;
  const startedAt = performance.now();
  await state.clock?.hold(deadline.signal);
  for (let frame = 0, taken = 1; frame < plan.count; frame += stride, taken += 1) {
    const milliseconds = frameTimeMilliseconds(frame, plan);
    await scroller?.scrollAt(milliseconds);
    await state.clock?.advanceTo(milliseconds, deadline.signal);
    const picture = await takeFrame(state, milliseconds);
    if (taken >= framesBeforePacing)
      stride = planStride({
        millisecondsPerFrame: (performance.now() - startedAt) / taken,
        framesLeft: plan.count - frame,
        millisecondsLeft: deadline.remainingMilliseconds,
      });
    const shown = Math.min(stride, plan.count - frame);
    for (let shows = 0; shows < shown; shows += 1) await encoding.write(picture);
    repeated += shown - 1;
  }
  if (repeated > 0)
    warnings.add(
      `${repeated} of ${plan.count} frames repeat the one before, since there was no time for all within \`captureTimeoutSeconds\`; raise it, or ask for a smaller window or fewer frames a second`,
    );
}

async function takeFrame(state: CaptureInProgress, milliseconds: number): Promise<Buffer> {
  const { page, capture, deadline } = state;
  await stepAnimations(page, milliseconds, deadline.signal);
  const format = capture.background === "Transparent" ? "PNG" : "JPEG";
  const area = capture.clip === undefined ? {} : { area: capture.clip, isInWindow: true };
  return await captureScreenshot(page, { format, quality: frameQuality, ...area }, deadline.signal);
}

function areaOf({ capture }: CaptureInProgress): PageArea {
  return capture.clip ?? { xPixels: 0, yPixels: 0, ...capture.viewport };
}
