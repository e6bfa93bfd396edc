import { isAnimationFormat } from "../../../api/options/formats.ts";
import type { PageArea } from "../../browser/devtools/page-screenshot.ts";
import type { VideoEncoding } from "../../encoding/video-order.ts";
import type { CaptureInProgress, Shot } from "../steps/capture-step.ts";
import { planStride } from "./frame-pace-policy.ts";
import { planFrames } from "./frame-plan.ts";
import { capturedSize, fileSize } from "./frame-size.ts";
import { Scenes } from "./scenes.ts";

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
  const plan = planFrames(animation, format);
  await using scenes = await Scenes.open(state, plan);
  await using encoding = await environment.encodeVideo(
    {
      ...{ format, framesPerSecond: plan.framesPerSecond, ...size },
      ...{ frames: isTransparent ? "PNG" : "JPEG", isTransparent },
    },
    deadline.signal,
  );
  await recordFrames(state, scenes, encoding);
  const bytes = await encoding.finish();
  return { bytes, area: areaOf(state), size };
}

async function recordFrames(
  { deadline, warnings }: CaptureInProgress,
  scenes: Scenes,
  encoding: VideoEncoding,
): Promise<void> {
  let [taken, spentMilliseconds, repeated, shown] = [0, 0, 0, 1];
  for (let frame = 0; frame < scenes.frameCount; frame += shown) {
    await scenes.advanceTo(frame);
    const startedAt = performance.now();
    const picture = await scenes.take(frame);
    taken += 1;
    const framesLeft = scenes.frameCount - frame;
    if (taken >= framesBeforePacing)
      shown = planStride({
        millisecondsPerFrame: (spentMilliseconds + performance.now() - startedAt) / taken,
        framesLeft,
        millisecondsLeft: deadline.remainingMilliseconds,
      });
    shown = Math.min(shown, framesLeft);
    for (let shows = 0; shows < shown; shows += 1) await encoding.write(picture);
    spentMilliseconds += performance.now() - startedAt;
    repeated += shown - 1;
  }
  if (repeated > 0)
    warnings.add(
      `${repeated} of ${scenes.frameCount} frames repeat the one before, since there was no time for all within \`captureTimeoutSeconds\`; raise it, or ask for a smaller window or fewer frames a second`,
    );
}

function areaOf({ capture }: CaptureInProgress): PageArea {
  return capture.clip ?? { xPixels: 0, yPixels: 0, ...capture.viewport };
}
