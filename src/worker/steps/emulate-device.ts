import { emulateDevice } from "../../platform/chromium/page-emulation.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Viewport, pixel density and preferred colours. */
export const emulateDeviceStep: CaptureStep = {
  doing: "setting up the viewport",
  stage: "navigate",
  isWanted: () => true,
  run: ({ page, capture, deadline }) => {
    const { viewport, colorScheme } = capture;
    const device = colorScheme === undefined ? viewport : { ...viewport, colorScheme };
    return emulateDevice(page, device, deadline.signal);
  },
};
