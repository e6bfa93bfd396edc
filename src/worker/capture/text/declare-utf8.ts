/** The head of a document as it is serialized, and with UTF-8 as its only declared encoding. */
export interface Head {
  before: string;
  after: string;
}

/**
 * Null for documents without a head, such as SVG. The head is put together from the texts of its children, since what a copy of it
 * serializes to may differ (`noscript`).
 */
export const readHead = `() => {
  const { head, contentType } = document;
  if (!head || contentType !== "text/html") return null;
  const textOf = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE) return node.outerHTML;
    const holder = document.createElement("i");
    holder.append(node.cloneNode());
    return holder.innerHTML;
  };
  const declaresEncoding = (node) =>
    node.localName === "meta" && (node.hasAttribute("charset") || node.httpEquiv.toLowerCase() === "content-type");
  const opening = head.cloneNode(false).outerHTML.slice(0, -"</head>".length);
  const children = [...head.childNodes].filter((node) => !declaresEncoding(node)).map(textOf);
  return { before: head.outerHTML, after: opening + '<meta charset="utf-8">' + children.join("") + "</head>" };
}`;

/**
 * What is written is UTF-8, whatever the page was: the first declaration in a document is the one that counts. Without the head as it
 * was read, because the page has changed it since, the declaration is put before what the head has.
 */
export function declareUTF8(html: string, { before, after }: Head): string {
  const start = html.indexOf(before);
  if (start !== -1) return html.slice(0, start) + after + html.slice(start + before.length);
  return html.replace(/<head(?:\s[^>]*)?>/, (opening) => `${opening}<meta charset="utf-8">`);
}
