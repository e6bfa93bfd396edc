import { largestAreaPixels } from "../../api/options/picture-areas.ts";
import { documentRefusal, type AccountTargets } from "../../core/targets/account-targets.ts";
import type { CaptureEnvironment, CaptureInProgress } from "./steps/capture-step.ts";

export interface CaptureContext extends Omit<
  CaptureEnvironment,
  "maxAreaPixels" | "mostPixelsAtOnce" | "targets"
> {
  targets?: AccountTargets | undefined;
  /** Ends the capture from outside (cancellation, drain); its reason is thrown as it is. */
  signal: AbortSignal;
  /** Area of the largest picture, in its own pixels; default 60 megapixels. */
  maxAreaPixels?: number;
  /** What the browser may draw at once; default all of the largest picture. */
  mostPixelsAtOnce?: number;
  /** Receives the capture when its picture is taken, so that other pictures may be taken of its page. */
  onTaken?: (taken: CaptureInProgress) => void;
}

/** What the steps of a capture need from outside the page. */
export function environmentOf(context: CaptureContext): CaptureEnvironment {
  const { blocking, encodeVideo, scalePicture, secrets, targets } = context;
  return {
    scalePicture,
    encodeVideo,
    refusalOf: (url) => {
      const message = documentRefusal(url, targets);
      return message === undefined
        ? context.refusalOf(url)
        : { reason: "TargetNotAllowed", message };
    },
    targets,
    ...(blocking === undefined ? {} : { blocking }),
    ...(secrets === undefined ? {} : { secrets }),
    maxAreaPixels: context.maxAreaPixels ?? largestAreaPixels,
    mostPixelsAtOnce: context.mostPixelsAtOnce ?? largestAreaPixels,
  };
}
