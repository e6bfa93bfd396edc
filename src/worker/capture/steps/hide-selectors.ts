import type { CaptureStep } from "./capture-step.ts";
import { selectorInvalid } from "./selectors.ts";

/**
 * A rule, not a change of what is there now, so that what appears later is hidden as well. Frames of the same site are
 * reached through their elements; a frame of another site can only be hidden as a whole.
 * Answers with the first selector that is not valid CSS.
 */
const hideEverywhere = `(selectors) => {
  for (const selector of selectors) {
    try { document.querySelector(selector); } catch { return selector; }
  }
  const text = selectors.map((selector) => selector + " { display: none !important; }").join("\\n");
  const hideIn = (inside) => {
    const sheet = new inside.defaultView.CSSStyleSheet();
    sheet.replaceSync(text);
    inside.adoptedStyleSheets = [...inside.adoptedStyleSheets, sheet];
    for (const frame of inside.querySelectorAll("iframe, frame")) {
      let child = null;
      try { child = frame.contentDocument; } catch {}
      if (child?.defaultView) hideIn(child);
    }
  };
  hideIn(document);
  return null;
}`;

/** Whatever matches a selector of `hideSelectors` is not displayed. */
export const hideSelectorsStep: CaptureStep = {
  doing: "hiding elements",
  stage: "settle",
  isWanted: ({ hideSelectors }) => hideSelectors !== undefined && hideSelectors.length > 0,
  run: async ({ page, capture, deadline }) => {
    const selectors = capture.hideSelectors ?? [];
    const invalid = await page.world.call<string | null>(
      hideEverywhere,
      [selectors],
      deadline.signal,
    );
    if (invalid !== null) throw selectorInvalid(invalid, "hideSelectors");
  },
};
