import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import type { Format } from "../../../api/options/formats.ts";

type AnimationSpec = NonNullable<CaptureSpec["animation"]>;

/** Which frames an animation has. */
export interface FramePlan {
  framesPerSecond: number;
  count: number;
}

const usualFramesPerSecond = 25;
/** Each frame of a GIF has colours of its own, which makes it large. */
const framesPerSecondOfGIF = 10;

/** The frames of an animation: they begin with the moment 0, and the last one is shown until the animation is over. */
export function planFrames(
  { durationSeconds, framesPerSecond }: AnimationSpec,
  format: Format,
): FramePlan {
  const rate = framesPerSecond ?? (format === "GIF" ? framesPerSecondOfGIF : usualFramesPerSecond);
  return { framesPerSecond: rate, count: durationSeconds * rate };
}

/** The moment that a frame shows, from the beginning of the animation. */
export function frameTimeMilliseconds(frame: number, { framesPerSecond }: FramePlan): number {
  return (frame * 1000) / framesPerSecond;
}

/** How many frames show what happens until that moment, which the last one shows. */
export function framesUntil(milliseconds: number, { framesPerSecond, count }: FramePlan): number {
  return Math.min(count, Math.ceil((milliseconds * framesPerSecond) / 1000) + 1);
}
