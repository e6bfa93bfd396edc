import { isPictureFormat } from "../../../api/options/formats.ts";
import { restorePage } from "../whole-page/restore-page.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Takes back what was done to the page for its picture, before anything else is read from it. */
export const restorePageStep: CaptureStep = {
  activity: "restoring the page",
  stage: "capture",
  appliesTo: ({ extent, format }) => extent !== "Viewport" && isPictureFormat(format),
  run: ({ page, deadline }) => restorePage(page, deadline.signal),
};
