import type { PageSession } from "../../browser/devtools/page-session.ts";

/** An adopted sheet comes after all of the document's, needs no head, and no policy forbids it. The last call's sheet counts. */
const adopt = `(text) => {
  const before = globalThis.printSheet;
  globalThis.printSheet = new CSSStyleSheet();
  globalThis.printSheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((sheet) => sheet !== before), globalThis.printSheet];
}`;

/** Adds a style sheet for printing to the document, in the place of the last one. */
export async function adoptPrintStyle(
  page: PageSession,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  await page.world.call(adopt, [text], signal);
}
