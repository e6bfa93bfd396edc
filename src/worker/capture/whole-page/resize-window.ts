import { emulateDevice } from "../../browser/devtools/page-emulation.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { nextFrames } from "./next-frames.ts";

/** Gives the window another height, everything else of the device as before, and lets the page draw. */
export async function resizeWindow(
  { page, capture }: CaptureInProgress,
  heightPixels: number,
  signal: AbortSignal,
): Promise<void> {
  const { mobile = false, touch = false, landscape = false, ...size } = capture.viewport;
  await emulateDevice(page, { ...size, mobile, touch, landscape, heightPixels }, signal);
  await nextFrames(page, signal);
}
