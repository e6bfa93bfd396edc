import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tableRules } from "./markdown-tables.ts";

/** The library runs in an isolated world, where the page cannot see it. */
const library = readFileSync(
  fileURLToPath(import.meta.resolve("turndown/lib/turndown.browser.umd.js")),
  "utf8",
);

/** Puts the content of shadow roots where it is shown: the host's children where the root has a slot for them. */
const flattenShadowRoots = `(tree) => {
  for (;;) {
    const template = tree.querySelector("template[shadowrootmode]");
    if (template === null) return;
    const host = template.parentElement;
    const root = template.content;
    template.remove();
    const given = [...host.childNodes];
    const slots = [...root.querySelectorAll("slot")].map((slot) => ({
      slot, assigned: given.filter((node) => (node.slot ?? "") === slot.name),
    }));
    for (const { slot, assigned } of slots) {
      // In a root within this one, it is what the slot itself is assigned to.
      for (const node of assigned) if (node.nodeType === Node.ELEMENT_NODE) node.slot = slot.slot;
      if (assigned.length > 0) slot.replaceWith(...assigned);
      else slot.replaceWith(...slot.childNodes);
    }
    host.replaceChildren(root);
  }
}`;

/** Converts HTML, parsed into a document that loads and runs nothing; links are made absolute. */
export const convertToMarkdown = `(html) => {
  const Turndown = (() => {
    const module = { exports: {} }, exports = module.exports;
    ${library}
    return module.exports;
  })();
  const { body } = new DOMParser().parseFromString(html, "text/html");
  (${flattenShadowRoots})(body);
  for (const element of body.querySelectorAll("script, style, noscript, template, iframe, svg, canvas, object")) element.remove();
  for (const [selector, name] of [["a[href]", "href"], ["img[src]", "src"]])
    for (const element of body.querySelectorAll(selector)) {
      const url = URL.parse(element.getAttribute(name), document.baseURI);
      if (url !== null) element.setAttribute(name, url.href);
    }
  const service = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-", hr: "---" });
  service.addRule("strikethrough", { filter: ["del", "s"], replacement: (content) => "~~" + content + "~~" });
  (${tableRules})(service);
  return service.turndown(body) + "\\n";
}`;
