import type { Endpoint } from "../../../api/options/http-option.ts";
import { endpointOptions } from "../../../api/options/http-options.ts";
import { optionChapters, type ChapterOption } from "../../../api/options/option-chapters.ts";
import { markup, sentence, type Markup } from "./markup.ts";
import { optionFacts } from "./option-facts.ts";
import type { PageFrame } from "./page-layout.ts";

/** A section for every option of `/take` or of `/animate`, and what of the original API is refused. */
export function optionPage(endpoint: Endpoint, frame: PageFrame): Markup {
  const chapters = optionChapters[endpoint];
  return markup`<h1>${endpoint === "take" ? "Options" : "Animations"}</h1>
<p class="lead">What <code>/${endpoint}</code> understands, in the query of a GET or the JSON body of a POST. A list repeats its name in
a query and is an array in a body. What is not here is refused by name.</p>
<nav class="contents" aria-label="Chapters"><ul>${chapters.map(
    ({ id, title, options }) =>
      markup`<li><a href="#chapter-${id}">${title}</a> <span class="soft">${options.length}</span></li>`,
  )}<li><a href="#chapter-refused">Refused</a></li></ul></nav>
${chapters.map(
  ({ id, title, options }) => markup`<section aria-labelledby="chapter-${id}">
<h2 id="chapter-${id}">${title}</h2>
${options.map((option) => optionSection(option, endpoint, frame))}
</section>`,
)}
${refusedSection(endpoint)}`;
}

function optionSection(
  option: ChapterOption,
  endpoint: Endpoint,
  { playground }: PageFrame,
): Markup {
  const { name } = option.http;
  const isInPlayground =
    playground && endpoint === "take" && !["access_key", "signature"].includes(name);
  const link = isInPlayground
    ? markup`<p class="soft"><a class="target" href="/#try-${name}">Try it<span class="hidden">: ${name}</span></a></p>`
    : undefined;
  return markup`<article class="entry" id="${name}" aria-labelledby="${name}-name">
<div><h3 id="${name}-name"><a href="#${name}"><code>${name}</code></a></h3>${link}</div>
<div>
<p><code>${name}</code> ${sentence(option.text)}</p>
<dl>${optionFacts(option, endpointOptions[endpoint]).map(
    ({ term, text }) => markup`<div><dt>${term}</dt><dd>${sentence(text)}</dd></div>`,
  )}</dl>
${namesOf(option)}
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

function refusedSection(endpoint: Endpoint): Markup {
  return markup`<section aria-labelledby="chapter-refused">
<h2 id="chapter-refused">Refused</h2>
<p>Options of the original API that Stills does not have. They are checked and refused by name; what only says “off” passes.</p>
<div class="scroller" tabindex="0" role="region" aria-label="Refused options"><table>
<thead><tr><th scope="col">option</th><th scope="col">why</th></tr></thead>
<tbody>${[...endpointOptions[endpoint].unsupported.values()].map(
    ({ http, why }) =>
      markup`<tr><th scope="row"><code>${http.name}</code></th><td>${sentence(why)}</td></tr>`,
  )}</tbody>
</table></div>
</section>`;
}
