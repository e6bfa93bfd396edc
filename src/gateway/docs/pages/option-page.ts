import { optionChapters, type ChapterOption } from "../../../api/options/option-chapters.ts";
import { unsupportedOptions } from "../../../api/options/unsupported-options.ts";
import { markup, sentence, type Markup } from "./markup.ts";
import { optionFacts } from "./option-facts.ts";
import type { PageFrame } from "./page-layout.ts";

/** The content of `/docs/options`: a section for every option of `/take`, and what of the original API is refused. */
export function optionPage(frame: PageFrame): Markup {
  return markup`<h1>Options</h1>
<p class="lead">What <code>/take</code> understands, in the query of a GET or the JSON body of a POST. A list repeats its name in a
query and is an array in a body. What is not here is refused by name.</p>
<nav class="contents" aria-label="Chapters"><ul>${optionChapters.map(
    ({ id, title, options }) =>
      markup`<li><a href="#chapter-${id}">${title}</a> <span class="soft">${options.length}</span></li>`,
  )}<li><a href="#chapter-refused">Refused</a></li></ul></nav>
${optionChapters.map(
  ({ id, title, options }) => markup`<section aria-labelledby="chapter-${id}">
<h2 id="chapter-${id}">${title}</h2>
${options.map((option) => optionSection(option, frame))}
</section>`,
)}
${refusedSection()}`;
}

function optionSection(option: ChapterOption, { playground }: PageFrame): Markup {
  const { name } = option.http;
  const isKey = ["access_key", "signature"].includes(name);
  const link =
    playground && !isKey
      ? markup`<p><a href="/#try-${name}">Try <code>${name}</code></a></p>`
      : undefined;
  return markup`<article class="entry" id="${name}" aria-labelledby="${name}-name">
<h3 id="${name}-name"><a href="#${name}"><code>${name}</code></a></h3>
<div>
<p><code>${name}</code> ${sentence(option.text)}</p>
<dl>${optionFacts(option).map(
    ({ term, text }) => markup`<div><dt>${term}</dt><dd>${sentence(text)}</dd></div>`,
  )}</dl>
${namesOf(option)}${link}
</div>
</article>`;
}

/** All names, where the type gives only an example of them. */
function namesOf({ http }: ChapterOption): Markup | undefined {
  const names = Object.keys(http.words ?? {});
  if (names.length <= 24) return undefined;
  return markup`<details><summary>All ${names.length} names</summary><p class="names">${names.map(
    (name) => markup`<code>${name}</code> `,
  )}</p></details>`;
}

function refusedSection(): Markup {
  return markup`<section aria-labelledby="chapter-refused">
<h2 id="chapter-refused">Refused</h2>
<p>Options of the original API that Stills does not have. They are checked and refused by name; what only says “off” passes.</p>
<div class="scroller" tabindex="0" role="region" aria-label="Refused options"><table>
<thead><tr><th scope="col">option</th><th scope="col">why</th></tr></thead>
<tbody>${[...unsupportedOptions.values()].map(
    ({ http, why }) =>
      markup`<tr><th scope="row"><code>${http.name}</code></th><td>${sentence(why)}</td></tr>`,
  )}</tbody>
</table></div>
</section>`;
}
