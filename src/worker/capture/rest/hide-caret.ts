import type { PageSession } from "../../browser/devtools/page-session.ts";
import { reachableDocuments } from "./animation-script.ts";

/** The colour is inherited, so shadow roots have it, too. */
const hideCarets = `() => {
  ${reachableDocuments}
  for (const each of documentsIn(document)) {
    if (!each.defaultView || each.documentElement === null || each.querySelector(":focus") === null) continue;
    const sheet = new each.defaultView.CSSStyleSheet();
    sheet.replaceSync("* { caret-color: transparent !important; }");
    each.adoptedStyleSheets = [...each.adoptedStyleSheets, sheet];
  }
}`;

/** A caret blinks: it is in one picture and not in the next. */
export async function hideCaret(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.world.call(hideCarets, [], signal);
}
