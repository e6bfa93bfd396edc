import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";

/**
 * A style element allows @import; where the page's content security policy refuses it, a constructed sheet does not ask.
 */
const addStyles = `(text) => {
  const element = document.createElement("style");
  element.textContent = text;
  (document.head ?? document.documentElement).append(element);
  if (element.sheet !== null) return;
  element.remove();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

/** Adds the user's own CSS to the page. */
export const injectStylesStep: CaptureStep = {
  doing: "adding the styles",
  stage: "settle",
  isWanted: ({ styles }) => styles !== undefined && styles.length > 0,
  run: async ({ page, capture, deadline }: CaptureInProgress) => {
    for (const text of capture.styles ?? [])
      await page.world.call(addStyles, [text], deadline.signal);
  },
};
