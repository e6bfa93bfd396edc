import { bannerTests } from "../../blocking/banner-heuristics.ts";
import { closedRoots } from "../../browser/devtools/closed-roots.ts";
import { withoutFailing } from "./blocking-failure.ts";
import type { CaptureStep } from "./capture-step.ts";

const hideTimeoutMilliseconds = 4_000;
/** Elements that are looked at; a banner is near the end or the beginning of a document, which are looked at first. */
const mostElements = 8_000;

/** Hides banners in a root and the open roots below it. Returns how many, and whether something closed lies over the page. */
const hideBannersIn = `function (mostElements, root) {
  ${bannerTests}
  const start = root ?? document;
  let hidden = 0;
  let looked = 0;
  const backdrops = [];
  const visit = (inside) => {
    const elements = [...inside.querySelectorAll("*")];
    if (elements.length > mostElements) elements.splice(mostElements / 2, elements.length - mostElements);
    for (const element of elements) {
      if ((looked += 1) > mostElements) return;
      if (element.shadowRoot) visit(element.shadowRoot);
      if (!element.style || element.getClientRects().length === 0) continue;
      if (isBanner(element)) { hide(element); hidden += 1; }
      else if (isBackdrop(element)) backdrops.push(element);
    }
  };
  visit(start);
  if (hidden > 0) backdrops.forEach(hide);
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.03, 0.5, 0.85, 0.97].map((y) => [x * innerWidth, y * innerHeight]));
  const hasClosed = points.some(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    if (!hit || hit === document.body || hit === document.documentElement || hit.shadowRoot) return false;
    const { left, top, right, bottom } = hit.getBoundingClientRect();
    // What is hit outside of its own box is inside of its shadow root.
    return x < left || x > right || y < top || y > bottom || hit.localName.includes("-");
  });
  return { hidden, hasClosed };
}`;

interface Outcome {
  hidden: number;
  hasClosed: boolean;
}

/** Hides banners that nothing knows, by their place, their words and their buttons; also in open and closed shadow roots. */
export const hideBannersStep: CaptureStep = {
  activity: "hiding banners",
  stage: "settle",
  appliesTo: ({ block }) => block?.bannersByHeuristics === true,
  run: async (state) => {
    await withoutFailing(state, hideTimeoutMilliseconds, async (signal) => {
      const { page } = state;
      const outcome = await page.world.call<Outcome>(hideBannersIn, [mostElements], signal);
      let { hidden } = outcome;
      // Reading the whole document takes almost a second where it is large.
      const roots = outcome.hasClosed ? await closedRoots(page, signal) : [];
      for (const root of roots) {
        const inside = await page.world.callWithNode<Outcome>(
          hideBannersIn,
          root,
          [mostElements],
          signal,
        );
        hidden += inside.hidden;
      }
      if (hidden > 0) state.hasHiddenBanner = true;
    });
  },
};

/** The same once more just before the picture, for banners that came late. */
export const hideLateBannersStep: CaptureStep = { ...hideBannersStep };
