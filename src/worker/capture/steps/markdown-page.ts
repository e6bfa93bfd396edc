import { Marked } from "marked";

const marked = new Marked({ gfm: true, async: true });

/** Colours follow the preferred colour scheme. */
const styles = `
:root { color-scheme: light dark; --text: #1f2328; --page: #ffffff; --line: #d1d9e0; --soft: #f6f8fa; --link: #0969da; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --page: #0d1117; --line: #30363d; --soft: #161b22; --link: #4493f8; }
}
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.6 "Noto Sans", "Liberation Sans", "Noto Color Emoji", sans-serif; overflow-wrap: break-word; }
main { max-width: 820px; margin: 0 auto; padding: 40px 32px 64px; }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.5em 0 0.6em; }
h1:first-child { margin-top: 0; }
h1, h2 { padding-bottom: 0.3em; border-bottom: 1px solid var(--line); }
a { color: var(--link); }
img { max-width: 100%; }
blockquote { margin: 0 0 1em; padding: 0 1em; border-left: 4px solid var(--line); }
pre, code { font-family: "Noto Sans Mono", "Liberation Mono", monospace; font-size: 0.9em; }
code { background: var(--soft); padding: 0.15em 0.35em; border-radius: 4px; }
pre { background: var(--soft); padding: 16px; border-radius: 6px; overflow-x: auto; }
pre code { padding: 0; background: none; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: 6px 13px; }
tr:nth-child(2n) { background: var(--soft); }
hr { border: 0; border-top: 1px solid var(--line); }
`;

/**
 * Renders GitHub-flavoured Markdown as an HTML document. HTML inside the Markdown is kept, scripts included: they run at
 * about:blank, with no more rights than the scripts of any page.
 */
export async function renderMarkdown(markdown: string): Promise<string> {
  const body = await marked.parse(markdown);
  return `<!doctype html><html><head><meta charset="utf-8"><style>${styles}</style></head><body><main>${body}</main></body></html>`;
}
