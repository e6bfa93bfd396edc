import type { CaptureInProgress } from "../steps/capture-step.ts";
import { isDoneWithin, waitLimit } from "../steps/wait-limit.ts";
import { reachableDocuments } from "./animation-script.ts";

/** Slow fonts delay a picture, and do not prevent it. */
const mostWaitMilliseconds = 5000;
const mostNamed = 5;

/**
 * Reading the layout starts the loading of its fonts, and text in one may be laid out in another then. `document.fonts.ready` would wait
 * for the whole document as well.
 */
const awaitFontsOf = `async () => {
  ${reachableDocuments}
  for (;;) {
    const loading = documentsIn(document).flatMap((each) => {
      void each.documentElement?.offsetHeight;
      return [...each.fonts].filter(({ status }) => status === "loading");
    });
    if (loading.length === 0) return;
    await Promise.all(loading.map((font) => font.loaded.catch(() => {})));
  }
}`;

/** Until it has loaded, text in a font may be invisible for seconds; with "swap" the next frame has it in the fallback. */
const useFallbacks = `() => {
  ${reachableDocuments}
  const late = documentsIn(document).flatMap((each) => [...each.fonts]).filter(({ status }) => status === "loading");
  for (const font of late) font.display = "swap";
  return [...new Set(late.map(({ family }) => family.replace(/^["']|["']$/g, "")))];
}`;

/** Waits, for a limited time, for the fonts in use; what has not come then is drawn in the fallback, with a warning that names it. */
export async function awaitFonts(state: CaptureInProgress): Promise<void> {
  const { page, deadline, warnings } = state;
  const limitMilliseconds = waitLimit(deadline, mostWaitMilliseconds);
  const came = await isDoneWithin(limitMilliseconds, deadline, (signal) =>
    page.world.call(awaitFontsOf, [], signal),
  );
  if (came) return;
  const families = await page.world.call<string[]>(useFallbacks, [], deadline.signal);
  if (families.length === 0) return;
  const names = families.slice(0, mostNamed).map((family) => `"${family}"`);
  warnings.add(
    `The ${families.length === 1 ? "font" : "fonts"} ${names.join(", ")} had not loaded after ${Math.round(limitMilliseconds / 1000)} s; the text is drawn in the fallback font`,
  );
}
