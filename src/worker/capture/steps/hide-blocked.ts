import { blockingCategories } from "../../../api/settings/blocking-lists.ts";
import type { BlockingCategory } from "../../../api/settings/blocking-lists.ts";
import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { hidingStyles } from "../../blocking/hiding-rules.ts";
import type { DocumentFeatures } from "../../blocking/hiding-rules.ts";
import { withoutFailing } from "./blocking-failure.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";

/** The style sheets that hide ads and banners in a large document are asked for within this. */
const hideTimeoutMilliseconds = 3_000;

/** Ids, classes and addresses of the document and its open shadow roots, by which rules are chosen. */
const collectFeatures = `() => {
  const found = { ids: new Set(), classes: new Set(), hrefs: new Set() };
  const most = 20000;
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (found.ids.size + found.classes.size + found.hrefs.size > most) return;
      if (element.id) found.ids.add(String(element.id));
      for (const name of element.classList) found.classes.add(name);
      const href = element.getAttribute("href");
      if (href) found.hrefs.add(href.slice(0, 500));
      if (element.shadowRoot) visit(element.shadowRoot);
    }
  };
  visit(document);
  return { url: location.href, ids: [...found.ids], classes: [...found.classes], hrefs: [...found.hrefs] };
}`;

/**
 * Adopts the sheet in the document, its open shadow roots and frames of its own origin; the next call replaces it. Returns whether
 * something that lay over the page is hidden by it.
 */
const adoptStyles = `(text) => {
  const overlays = (root, found = []) => {
    for (const element of root.querySelectorAll("*")) {
      if (found.length > 200) break;
      if (element.shadowRoot) overlays(element.shadowRoot, found);
      const { position } = getComputedStyle(element);
      if ((position === "fixed" || position === "sticky" || element.matches("dialog[open]")) && element.getClientRects().length > 0)
        found.push(element);
    }
    return found;
  };
  const { overflowY, position } = getComputedStyle(document.body ?? document.documentElement);
  const rootStyle = getComputedStyle(document.documentElement);
  const isLocked = [overflowY, rootStyle.overflowY].some((one) => one === "hidden" || one === "clip") || position === "fixed";
  const before = isLocked ? overlays(document) : [];
  const adopt = (inside) => {
    const view = (inside.defaultView ?? inside.ownerDocument.defaultView);
    const key = "stillsHidingSheets";
    const sheets = (view[key] ??= new WeakMap());
    let sheet = sheets.get(inside);
    if (!sheet) {
      sheet = new view.CSSStyleSheet();
      sheets.set(inside, sheet);
    }
    sheet.replaceSync(text);
    if (!inside.adoptedStyleSheets.includes(sheet)) inside.adoptedStyleSheets = [...inside.adoptedStyleSheets, sheet];
    for (const element of inside.querySelectorAll("*")) {
      if (element.shadowRoot) adopt(element.shadowRoot);
      if (element.localName !== "iframe" && element.localName !== "frame") continue;
      let child = null;
      try { child = element.contentDocument; } catch {}
      if (child?.defaultView && child.documentElement) adopt(child);
    }
  };
  adopt(document);
  return before.some((element) => element.isConnected && element.getClientRects().length === 0);
}`;

/** Hides what the lists of `block` name. */
export const hideBlockedStep: CaptureStep = {
  activity: "hiding ads and banners",
  stage: "settle",
  appliesTo: (capture) => hiddenCategories(capture).length > 0,
  run: hideBlocked,
};

/** The same once more just before the picture, for what came late. */
export const hideLateBlockedStep: CaptureStep = { ...hideBlockedStep };

async function hideBlocked(state: CaptureInProgress): Promise<void> {
  const { blocking } = state.environment;
  if (blocking === undefined) return;
  await withoutFailing(state, hideTimeoutMilliseconds, async (signal) => {
    const categories = await Promise.all(
      hiddenCategories(state.capture).map((category) => blocking.lists.rulesOf(category)),
    );
    const { world } = state.page;
    const features = await world.call<DocumentFeatures>(collectFeatures, [], signal);
    const styles = hidingStyles(categories, features);
    const hasHidden = await world.call<boolean>(adoptStyles, [styles], signal);
    if (hasHidden) state.hasHiddenBanner = true;
  });
}

function hiddenCategories({ block }: CaptureSpec): BlockingCategory[] {
  return blockingCategories.filter(
    (category) =>
      block?.[category] === true || (category === "cookieBanners" && block?.bannersByHeuristics),
  );
}
