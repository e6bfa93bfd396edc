import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";

/**
 * A style element allows @import; if the page's content security policy forbids it, a constructed style sheet works. Documents other than
 * HTML have no head, and their own elements are not of HTML.
 */
const addStyles = `(text) => {
  const element = document.createElementNS("http://www.w3.org/1999/xhtml", "style");
  element.textContent = text;
  (document.head ?? document.documentElement).append(element);
  if (element.sheet !== null) return;
  element.remove();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

/** Adds the CSS of `styles` to the page. */
export const injectStylesStep: CaptureStep = {
  activity: "adding the styles",
  stage: "settle",
  appliesTo: ({ styles }) => styles !== undefined && styles.length > 0,
  run: async ({ page, capture, deadline }: CaptureInProgress) => {
    for (const text of capture.styles ?? [])
      await page.world.call(addStyles, [text], deadline.signal);
  },
};
