import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CaptureStep } from "./capture-step.ts";
import { isDoneWithin } from "./wait-limit.ts";

/** Documented with the option `pageContent`. */
const mostCharacters = 4_000_000;
const readTimeoutMilliseconds = 10_000;

type ReadContent = { text: string } | { characters: number };

const readHTML = `() => {
  const type = document.doctype === null ? "" : new XMLSerializer().serializeToString(document.doctype) + "\\n";
  return type + document.documentElement.outerHTML;
}`;

/** Converts a copy of the body, in a document that loads nothing; links are made absolute. */
const readMarkdown = `(Turndown) => {
  const copy = document.implementation.createHTMLDocument();
  const body = copy.importNode(document.body ?? document.documentElement, true);
  for (const element of body.querySelectorAll("script, style, noscript, template, iframe, svg, canvas, object")) element.remove();
  for (const [selector, name] of [["a[href]", "href"], ["img[src]", "src"]])
    for (const element of body.querySelectorAll(selector)) {
      const url = URL.parse(element.getAttribute(name), document.baseURI);
      if (url !== null) element.setAttribute(name, url.href);
    }
  const service = new Turndown({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-", hr: "---" });
  return service.turndown(body) + "\\n";
}`;

/** The library runs in an isolated world, where the page cannot see it. */
const converter = readFileSync(
  fileURLToPath(import.meta.resolve("turndown/lib/turndown.browser.umd.js")),
  "utf8",
);

const readers = {
  HTML: bounded(`(${readHTML})()`),
  Markdown: bounded(`(() => {
    const module = { exports: {} }, exports = module.exports;
    ${converter}
    return (${readMarkdown})(module.exports);
  })()`),
} as const;

function bounded(expression: string): string {
  return `(most) => { const text = ${expression}; return text.length <= most ? { text } : { characters: text.length }; }`;
}

/** Reads the content of the document that the picture shows. */
export const readContentStep: CaptureStep = {
  activity: "reading the page's content",
  stage: "capture",
  appliesTo: ({ pageContent }) => pageContent !== undefined,
  run: async (state) => {
    const format = state.capture.pageContent ?? "HTML";
    let read: ReadContent | undefined;
    const reading = isDoneWithin(readTimeoutMilliseconds, state.deadline, async (signal) => {
      read = await state.page.world.call<ReadContent>(readers[format], [mostCharacters], signal);
    });
    // The picture is captured already, so a failure here costs only the content.
    await reading.catch(() => false);
    if (read === undefined)
      state.warnings.add("The page's content could not be read in time; none is kept");
    else if ("characters" in read)
      state.warnings.add(
        `The page's content has ${read.characters} characters, and at most ${mostCharacters} are kept; none is kept`,
      );
    else {
      const bytes = Buffer.from(read.text.toWellFormed());
      state.content = { format, bytes };
      state.metadata = { ...state.metadata, content: { format, sizeBytes: bytes.length } };
    }
  },
};
