import type { CaptureStep } from "./capture-step.ts";
import { selectorInvalid } from "./selectors.ts";

/**
 * Adds a style sheet, so that elements which appear later are hidden as well. Same-origin frames get it too; a cross-origin frame
 * can only be hidden as a whole. Returns the first selector that is not valid CSS, or null.
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

/** Hides every element that matches a selector of `hideSelectors`. */
export const hideSelectorsStep: CaptureStep = {
  activity: "hiding elements",
  stage: "settle",
  appliesTo: ({ hideSelectors }) => hideSelectors !== undefined && hideSelectors.length > 0,
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
