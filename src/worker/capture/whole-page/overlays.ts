import { changeStyles, walkElements } from "./page-script.ts";

/**
 * Source text about what lies over a page: `hideOverlays(target)` hides the fixed and sticky elements that neither contain the target
 * nor are in it; `settleSticky()` puts sticky elements where they are without scrolling.
 */
export const overlays = `
  ${walkElements}
  ${changeStyles}
  const settleSticky = (element) => {
    setStyle(element, "position", "relative");
    setStyle(element, "inset", "auto");
  };
  // In shadow trees, too.
  const containsDeep = (outer, inner) => {
    for (let node = inner; node; node = node.parentNode ?? node.host) if (node === outer) return true;
    return false;
  };
  // What fills the window behind everything is the page's background.
  const isBackground = (element, { zIndex }) => {
    const { width, height } = element.getBoundingClientRect();
    return Number(zIndex) < 0 || (Number(zIndex) === 0 && width >= innerWidth && height >= innerHeight);
  };
  const hideFixed = (element) => {
    setStyle(element, "visibility", "hidden");
    for (const inner of elementsIn(element))
      if (getComputedStyle(inner).visibility === "visible") setStyle(inner, "visibility", "hidden");
  };
`;
