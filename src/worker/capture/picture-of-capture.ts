import type { StageTimings } from "../../api/messages/capture-result.ts";
import { mediaTypeOf } from "../../core/storage/object-keys.ts";
import type { Picture } from "./capture-output.ts";
import type { CaptureInProgress, Shot } from "./steps/capture-step.ts";
import { readPictureSize } from "./steps/picture-size.ts";
import { isStillPicture } from "./still-picture.ts";

/** What a capture hands out when its steps have run. */
export async function pictureOf(
  { capture, metadata, content, slices, warnings }: CaptureInProgress,
  { bytes, size }: Shot,
  timingsMilliseconds: StageTimings,
): Promise<Picture> {
  return {
    bytes,
    mediaType: mediaTypeOf(capture.format),
    ...(isStillPicture(capture) ? await readPictureSize(bytes) : size),
    ...(metadata && { metadata }),
    ...(content && { content }),
    ...(slices && { slices }),
    warnings: [...warnings],
    timingsMilliseconds,
  };
}
