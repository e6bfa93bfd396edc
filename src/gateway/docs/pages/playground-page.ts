import { formatNames, formats } from "../../../api/options/formats.ts";
import { optionByHTTPName } from "../../../api/options/http-options.ts";
import { optionChapters, type OptionChapter } from "../../../api/options/option-chapters.ts";
import { maxHeaderBytes } from "../../http/max-header-bytes.ts";
import { markup, type Markup } from "./markup.ts";
import { optionField } from "./option-field.ts";

/** The options that stand above all others, or that the page does not ask for. */
const elsewhere = ["url", "access_key", "signature"];

/** The content of `/`: a form with every option, the picture beside it, and the same call to copy. */
export function playgroundPage(): Markup {
  return markup`<h1>Take a picture</h1>
<form id="call" class="playground" novalidate data-extensions="${JSON.stringify(extensions())}">
${callBar()}
<div class="columns">
<div>
${resultSection()}
${snippetSection()}
</div>
<section class="options" aria-labelledby="options-title">
<h2 id="options-title">Options</h2>
${searchBar()}
${optionChapters.take.flatMap((one) => chapter(one) ?? [])}
<p id="nothing-found" hidden>No option has these words in its name or its text.</p>
</section>
</div>
</form>
<noscript><p>The playground needs JavaScript. Calls do not: <a href="/docs/options">all options</a>.</p></noscript>`;
}

/** Of files, by the word that `format` has; without a word, of the default. */
function extensions(): Record<string, string> {
  const byName = Object.entries(formatNames).map(([name, word]) => [name, formats[word].extension]);
  const found = Object.fromEntries(byName) as Record<string, string>;
  const preset = String(optionByHTTPName("format")?.http.default);
  return { ...found, "": found[preset] ?? preset };
}

function callBar(): Markup {
  return markup`<div class="call-bar">
<div class="field wide" id="option-url" data-option="url" data-type="string">
<label for="field-url">Address of the page</label>
<input id="field-url" name="url" type="text" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false" value="https://example.com/" aria-describedby="problem-url">
<p class="problem" id="problem-url" hidden></p>
</div>
<div class="field">
<label for="access-key">Access key</label>
<input id="access-key" type="password" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="access-key-text">
<p id="access-key-text" class="soft">Of your account. Stays in the memory of this page.</p>
</div>
<div class="buttons">
<button type="submit" id="run" class="primary">Take the picture</button>
<button type="button" id="stop" hidden>Stop</button>
</div>
</div>`;
}

function searchBar(): Markup {
  return markup`<div class="search" role="search">
<label for="find">Find an option</label>
<input id="find" type="search" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="found">
<p id="found" class="soft" role="status"></p>
<p class="changes soft"><span id="changes">Nothing is changed.</span> <button type="button" id="reset" hidden>Reset all</button></p>
</div>`;
}

function chapter({ id, title, options }: OptionChapter): Markup | undefined {
  const shown = options.filter(({ http }) => !elsewhere.includes(http.name));
  if (shown.length === 0) return undefined;
  return markup`<details class="chapter" data-chapter="${id}">
<summary><h3>${title}</h3><span class="count soft" data-count></span></summary>
<p class="soft"><a class="target" href="/docs/options#chapter-${id}">All about these options</a></p>
${shown.map(optionField)}
</details>
`;
}

function resultSection(): Markup {
  return markup`<section class="result" aria-labelledby="result-title">
<h2 id="result-title">Picture</h2>
<p id="status" role="status">No picture yet.</p>
<div id="problem" role="alert"></div>
<div id="warnings"></div>
<div id="view" class="view"></div>
<p id="links" class="links"></p>
</section>`;
}

const snippetKinds = [
  ["url", "URL"],
  ["curl", "curl"],
  ["javascript", "JavaScript"],
  ["python", "Python"],
  ["manifest", "kubectl"],
] as const;

function snippetSection(): Markup {
  return markup`<section class="snippets" aria-labelledby="snippets-title" data-longest-link="${maxHeaderBytes}">
<h2 id="snippets-title">The same call</h2>
<fieldset class="kinds"><legend class="hidden">As</legend>${snippetKinds.map(
    ([kind, title], index) =>
      markup`<span><input type="radio" name="snippet-kind" id="kind-${kind}" value="${kind}"${index === 0 ? markup` checked` : undefined}><label for="kind-${kind}">${title}</label></span>`,
  )}</fieldset>
<p id="snippet-note" class="soft"></p>
<pre id="snippet" tabindex="0" role="region" aria-label="Text to copy"><code></code></pre>
<div class="buttons">
<button type="button" id="copy">Copy</button>
<span class="check"><input type="checkbox" id="with-key"><label for="with-key">With my access key</label></span>
<span id="copied" role="status" class="soft"></span>
</div>
</section>`;
}
