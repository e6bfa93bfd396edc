import { walkElements } from "./page-script.ts";

/**
 * Source text: `findInnerScroller()` is the element in which an app's content scrolls while its document does not: the largest that
 * fills at least half the window in both directions. A frame of the same origin counts with its document.
 */
export const findInnerScroller = `
  ${walkElements}
  const overflowOf = (element) => element.scrollHeight - element.clientHeight;
  const fillsHalf = ({ clientWidth, clientHeight }) =>
    clientWidth >= innerWidth / 2 && clientHeight >= innerHeight / 2;
  const scrolls = (element) => {
    if (overflowOf(element) <= 8 || !fillsHalf(element)) return false;
    const view = element.ownerDocument.defaultView;
    const root = element.ownerDocument.documentElement;
    const { overflowY } = view.getComputedStyle(element);
    if (overflowY !== "auto" && overflowY !== "scroll") return false;
    // The body's overflow is the window's, unless the root has its own.
    return element !== element.ownerDocument.body || view.getComputedStyle(root).overflowY !== "visible";
  };
  const findInnerScroller = () => {
    let largest;
    const consider = (element) => {
      const area = element.clientWidth * element.clientHeight;
      if (largest === undefined || area > largest.clientWidth * largest.clientHeight) largest = element;
    };
    for (const element of elementsIn(document)) {
      if (element === document.documentElement) continue;
      if (element.localName === "iframe") {
        if (!fillsHalf(element)) continue;
        const root = element.contentDocument?.scrollingElement;
        if (root && overflowOf(root) > 8) consider(root);
      } else if (scrolls(element)) consider(element);
    }
    return largest;
  };
`;
