import { reasonEntry, reasons } from "../../api/reasons/reasons.ts";
import { takeErrorCatalogue, type TakeErrorEntry } from "../../api/reasons/take-errors.ts";
import type { HTTPApp } from "../../platform/http/http-app.ts";
import { Problem } from "../http/problem.ts";
import { markup, sentence, type Markup } from "./pages/markup.ts";
import { pageText, type PageFrame } from "./pages/page-layout.ts";
import { registerStaticFile } from "./pages/static-file.ts";

/** `/docs/errors` and a page for each `error_code`, generated from the catalogues. */
export function registerErrorPages(app: HTTPApp, frame: PageFrame): void {
  registerStaticFile(app, "/docs/errors", {
    mediaType: "text/html; charset=utf-8",
    body: pageText({ title: "Errors", section: "Errors", body: indexPage() }, frame),
  });
  for (const [code, entry] of entries())
    registerStaticFile(app, `/docs/errors/${entry.slug}`, {
      mediaType: "text/html; charset=utf-8",
      body: pageText({ title: code, section: "Errors", body: errorPage(code, entry) }, frame),
    });
  app.get<{ Params: { slug: string } }>("/docs/errors/:slug", (request) => {
    throw new Problem(404, "PageNotFound", `There is no error page '${request.params.slug}'`);
  });
}

function entries(): [string, TakeErrorEntry][] {
  return Object.entries(takeErrorCatalogue);
}

function indexPage(): Markup {
  return markup`<h1>Errors</h1>
<p class="lead">Every <code>error_code</code> of <code>/take</code>. An error is answered as JSON with <code>error_code</code>,
<code>error_message</code> and the address of its page here.</p>
<div class="scroller" tabindex="0" role="region" aria-label="All errors"><table>
<thead><tr><th scope="col">error_code</th><th scope="col">status</th><th scope="col">meaning</th></tr></thead>
<tbody>${entries().map(
    ([code, { slug, status, meaning }]) =>
      markup`<tr><th scope="row"><a href="/docs/errors/${slug}"><code>${code}</code></a></th><td>${status}</td><td>${sentence(meaning)}</td></tr>`,
  )}</tbody>
</table></div>`;
}

function errorPage(code: string, { status, meaning, remedy, slug }: TakeErrorEntry): Markup {
  const body = {
    is_successful: false,
    error_code: code,
    error_message: "…",
    documentation_url: `…/docs/errors/${slug}`,
    ...(code === "host_returned_error" && { returned_status_code: 404 }),
  };
  return markup`<p class="over"><a href="/docs/errors">Errors</a></p>
<h1><code>${code}</code></h1>
<p class="lead">${sentence(meaning)}</p>
<h2>What to do</h2>
<p>${sentence(remedy)}</p>
<h2>The answer</h2>
<p>Status ${status}, as JSON; <code>error_message</code> says what was wrong with this call.</p>
<pre tabindex="0" role="region" aria-label="The JSON of the answer"><code>${JSON.stringify(body, undefined, 2)}</code></pre>
${reasonTable(code)}`;
}

function reasonTable(code: string): Markup | undefined {
  const answering = reasons.filter((reason) => reasonEntry(reason).errorCode === code);
  if (answering.length === 0) return undefined;
  return markup`<h2 id="reasons">Reasons of jobs with this error</h2>
<p>A job says one of these in its condition <code>Succeeded</code>; the answer has it in the header <code>X-Stills-Reason</code>.</p>
<div class="scroller" tabindex="0" role="region" aria-labelledby="reasons"><table>
<thead><tr><th scope="col">reason</th><th scope="col">meaning</th></tr></thead>
<tbody>${answering.map(
    (reason) =>
      markup`<tr><th scope="row"><code>${reason}</code></th><td>${sentence(reasonEntry(reason).meaning)}</td></tr>`,
  )}</tbody>
</table></div>`;
}
