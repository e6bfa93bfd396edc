import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Which of the texts the page contains, visibly or in its HTML; upper and lower case are the same. */
const findTexts = `(texts) => {
  const page = ((document.body?.innerText ?? "") + "\\n" + document.documentElement.outerHTML).toLowerCase();
  return texts.filter((text) => page.includes(text.toLowerCase()));
}`;

/** Fails when the page contains a text of `failIf.contentContains` or lacks one of `failIf.contentMissing`. */
export const checkContentStep: CaptureStep = {
  activity: "looking for texts in the page",
  stage: "settle",
  appliesTo: ({ failIf }) =>
    (failIf?.contentContains ?? []).length > 0 || (failIf?.contentMissing ?? []).length > 0,
  run: async ({ page, capture, deadline }) => {
    const { contentContains = [], contentMissing = [] } = capture.failIf ?? {};
    const texts = [...contentContains, ...contentMissing];
    const found = await page.world.call<string[]>(findTexts, [texts], deadline.signal);
    const unwanted = contentContains.find((text) => found.includes(text));
    if (unwanted !== undefined)
      throw new Failure("ContentContainsText", {
        message: `The page contains "${unwanted}", which failIf.contentContains names`,
      });
    const missing = contentMissing.find((text) => !found.includes(text));
    if (missing !== undefined)
      throw new Failure("ContentMissesText", {
        message: `The page does not contain "${missing}", which failIf.contentMissing names`,
      });
  },
};
