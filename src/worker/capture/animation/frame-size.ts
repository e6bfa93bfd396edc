import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { largestFramePixels } from "../../../api/options/picture-areas.ts";
import { Failure } from "../../../api/reasons/failure.ts";

/** Width and height in pixels. */
export interface FrameSize {
  widthPixels: number;
  heightPixels: number;
}

/**
 * The size of what is captured of the page: the window, or the clip, in pixels of the screen.
 * @throws Failure(PictureTooLarge)
 */
export function capturedSize({ viewport, clip }: CaptureSpec): FrameSize {
  const area = clip ?? viewport;
  const scale = viewport.deviceScalePercent / 100;
  const widthPixels = Math.ceil(area.widthPixels * scale);
  const heightPixels = Math.ceil(area.heightPixels * scale);
  if (widthPixels * heightPixels <= largestFramePixels) return { widthPixels, heightPixels };
  throw new Failure("PictureTooLarge", {
    message: `The frames of the animation would be ${widthPixels} x ${heightPixels} pixels, but at most ${largestFramePixels} pixels (3840 x 2160) are allowed. Choose a smaller viewport, or a lower viewport.deviceScalePercent`,
  });
}

/** The size of the file's frames: what the job asks for, else what is captured. Encoders of videos want even edges. */
export function fileSize(capture: CaptureSpec, captured: FrameSize): FrameSize {
  const { widthPixels = captured.widthPixels, heightPixels = captured.heightPixels } =
    capture.animation ?? {};
  if (capture.format === "GIF") return { widthPixels, heightPixels };
  return { widthPixels: even(widthPixels), heightPixels: even(heightPixels) };
}

function even(pixels: number): number {
  return 2 * Math.ceil(pixels / 2);
}
