import type { PageSession } from "../../browser/devtools/page-session.ts";

/** A page has more for no reason that a reader sees. */
const mostElements = 20_000;

/** How much taller the window is for the trial. */
const growthPixels = 500;

const rememberHeights = `(most) => {
  globalThis.heights = new Map([...document.querySelectorAll("body, body *")].slice(0, most)
    .map((element) => [element, element.getBoundingClientRect().height]));
}`;

/** The deepest first: what contains them often grew because of them. What is fixed to the window takes no room in the document. */
const pinGrown = `(growth) => {
  const isFixed = (element) => {
    for (let at = element; at !== null; at = at.parentElement) if (getComputedStyle(at).position === "fixed") return true;
    return false;
  };
  const grew = ([element, height]) => element.isConnected && element.getBoundingClientRect().height - height > growth * 0.05;
  for (let round = 0; round < 5; round += 1) {
    const grown = new Map([...globalThis.heights].filter(grew));
    const contains = new Set([...grown.keys()].map((element) => element.parentElement));
    const deepest = [...grown].filter(([element]) => !contains.has(element) && !isFixed(element));
    if (deepest.length === 0) return;
    const pinned = { "box-sizing": "border-box", "min-height": "0", "max-height": "none" };
    for (const [element, height] of deepest)
      for (const [name, value] of Object.entries({ ...pinned, height: height + "px" })) element.style.setProperty(name, value, "important");
  }
}`;

/**
 * Gives elements that follow the height of the window, such as a first screen of 100vh, the height they have now: on paper the page is
 * their window, and they would grow with it without end.
 *
 * @param withTallerWindow runs a function while the window is taller by so many pixels
 */
export async function pinHeights(
  page: PageSession,
  withTallerWindow: (growthPixels: number, work: () => Promise<void>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await page.world.call(rememberHeights, [mostElements], signal);
  await withTallerWindow(growthPixels, () => page.world.call(pinGrown, [growthPixels], signal));
}
