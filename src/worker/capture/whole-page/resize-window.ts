import { emulateDevice } from "../../browser/devtools/page-emulation.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { deviceOf } from "../steps/emulate-device.ts";
import { nextFrames } from "./next-frames.ts";

/** Gives the window another height, everything else of the device as before, and lets the page draw. */
export async function resizeWindow(
  { page, capture }: CaptureInProgress,
  heightPixels: number,
  signal: AbortSignal,
): Promise<void> {
  await emulateDevice(page, { ...deviceOf(capture), heightPixels }, signal);
  await nextFrames(page, signal);
}
