import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { isPictureFormat } from "../../api/options/formats.ts";

/** Whether a capture ends in one picture: not in a document, a text or an animation. */
export function isStillPicture({
  format,
  animation,
}: Pick<CaptureSpec, "format" | "animation">): boolean {
  return isPictureFormat(format) && animation === undefined;
}
