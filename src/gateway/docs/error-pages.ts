import type { HTTPApp } from "../../platform/http/http-app.ts";
import { takeErrorCatalogue, type TakeErrorEntry } from "../../api/reasons/take-errors.ts";
import { reasonEntry, reasons } from "../../api/reasons/reasons.ts";
import { Problem } from "../http/problem.ts";

/** `/docs/errors` and a page for each `error_code`, generated from the catalogues. */
export function registerErrorPages(app: HTTPApp): void {
  app.get("/docs/errors", (_request, reply) => reply.type(html).send(indexPage()));
  app.get<{ Params: { slug: string } }>("/docs/errors/:slug", (request, reply) => {
    const found = entries().find(([, entry]) => entry.slug === request.params.slug);
    if (found === undefined)
      throw new Problem(404, "PageNotFound", `There is no error page '${request.params.slug}'`);
    return reply.type(html).send(errorPage(...found));
  });
}

const html = "text/html; charset=utf-8";

function entries(): [string, TakeErrorEntry][] {
  return Object.entries(takeErrorCatalogue);
}

function indexPage(): string {
  const rows = entries().map(
    ([code, { slug, status, meaning }]) =>
      `<tr><td><a href="/docs/errors/${slug}"><code>${code}</code></a><td>${status}<td>${withCode(meaning)}`,
  );
  return page("Errors", `<table><tr><th>error_code<th>status<th>meaning${rows.join("")}</table>`);
}

function errorPage(code: string, { status, meaning, remedy }: TakeErrorEntry): string {
  const answering = reasons.filter((reason) => reasonEntry(reason).errorCode === code);
  const rows = answering.map(
    (reason) => `<tr><td><code>${reason}</code><td>${withCode(reasonEntry(reason).meaning)}`,
  );
  const table =
    rows.length === 0 ? "" : `<h2>Job reasons with this error</h2><table>${rows.join("")}</table>`;
  return page(
    code,
    `<p>Status ${status}. ${withCode(meaning)}<p><strong>What to do:</strong> ${withCode(remedy)}${table}<p><a href="/docs/errors">All errors</a>`,
  );
}

function withCode(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return escaped.replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} - Stills</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}table{border-collapse:collapse}td,th{text-align:left;padding:.3rem .8rem .3rem 0;vertical-align:top;border-bottom:1px solid #ddd}</style><h1>${title}</h1>${body}</html>`;
}
