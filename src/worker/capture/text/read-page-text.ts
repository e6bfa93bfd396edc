import type { TextFormat } from "../../../api/options/formats.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import { findElement } from "../steps/selectors.ts";
import { declareUTF8, readHead, type Head } from "./declare-utf8.ts";
import { convertToMarkdown } from "./markdown-converter.ts";

export interface PageTextOptions {
  format: TextFormat;
  /** Only the first visible element that matches; otherwise the whole document. */
  selector?: string;
  /** With the content of shadow roots, open and closed ones. */
  includesShadowDOM: boolean;
  mostCharacters: number;
}

/** The text, or why there is none. */
export type PageText =
  | { kind: "Text"; bytes: Buffer }
  | { kind: "TooLong"; characters: number }
  /** Nothing visible matches the selector. */
  | { kind: "Missing" };

/** The node to read: the document, or an element. */
const findNode = `(selector) => {
  ${findElement}
  return selector === "" ? document : find(selector, true);
}`;

/** How many characters the node has as HTML; -1 if it is missing. Closed roots, which no script reaches, are not counted. */
const measure = `(selector, includesShadowDOM) => {
  ${findElement}
  const node = selector === "" ? document.documentElement : find(selector, true);
  if (node === undefined) return -1;
  const roots = includesShadowDOM ? rootsIn(node).slice(1) : [];
  return roots.reduce((sum, root) => sum + root.innerHTML.length, node.outerHTML.length);
}`;

/** Reads the document, or one element of it, as HTML or Markdown in UTF-8. */
export async function readPageText(
  page: PageSession,
  { format, selector = "", includesShadowDOM, mostCharacters }: PageTextOptions,
  signal: AbortSignal,
): Promise<PageText> {
  // Measured where the page is, so that no page sends the worker more than it keeps.
  const characters = await page.world.call<number>(measure, [selector, includesShadowDOM], signal);
  if (characters > mostCharacters) return { kind: "TooLong", characters };
  const objectId = await page.world.find(findNode, [selector], signal);
  if (characters < 0 || objectId === undefined) return { kind: "Missing" };
  const serialized = { objectId, includeShadowDOM: includesShadowDOM };
  const { outerHTML } = await page.call("DOM.getOuterHTML", serialized, signal);
  const text =
    format === "Markdown"
      ? await page.world.call<string>(convertToMarkdown, [outerHTML], signal)
      : await htmlOf(page, outerHTML, { isDocument: selector === "", signal });
  return { kind: "Text", bytes: Buffer.from(text.toWellFormed()) };
}

async function htmlOf(
  page: PageSession,
  html: string,
  { isDocument, signal }: { isDocument: boolean; signal: AbortSignal },
): Promise<string> {
  const head = isDocument ? await page.world.call<Head | null>(readHead, [], signal) : null;
  return head === null ? html : declareUTF8(html, head);
}
