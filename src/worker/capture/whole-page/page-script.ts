/**
 * Source text for scripts about a whole page: `elementsIn(root)` walks the elements of a document and of its open shadow roots, at
 * most 20,000 of them. `stillsUndo` of our world holds what is to be taken back after the picture.
 */
export const walkElements = `
  const mostElements = 20000;
  function* elementsIn(root, left = { count: mostElements }) {
    for (const element of root.querySelectorAll("*")) {
      if (left.count-- <= 0) return;
      yield element;
      if (element.shadowRoot) yield* elementsIn(element.shadowRoot, left);
    }
  }
`;

/** Source text: `setStyle(element, name, value)` wins over style sheets, and is taken back by `restorePage`. */
export const changeStyles = `
  const setStyle = (element, name, value) => {
    const { style } = element;
    const before = [style.getPropertyValue(name), style.getPropertyPriority(name)];
    style.setProperty(name, value, "important");
    (globalThis.stillsUndo ??= []).push(() => {
      if (before[0] === "") style.removeProperty(name);
      else style.setProperty(name, before[0], before[1]);
      if (element.getAttribute("style") === "") element.removeAttribute("style");
    });
  };
`;
