import type { ChapterOption } from "../../../api/options/option-chapters.ts";
import { optionTypeText } from "../../../api/options/option-type-text.ts";
import { markup, sentence, type Markup } from "./markup.ts";
import { defaultTextOf } from "./option-facts.ts";

/** A row of the playground: the option's name, what to give for it, and what it means. */
export function optionField(option: ChapterOption): Markup {
  const { name, type } = option.http;
  const preset = defaultTextOf(option);
  const words = Object.keys(option.http.words ?? {});
  const hasChoices = words.length > 0 || type === "boolean";
  const limits = [
    ...(hasChoices ? [] : [optionTypeText(option)]),
    // No box is ticked for it.
    ...(type === "list" && preset !== undefined ? [`\`${preset}\` unless given`] : []),
  ].map((text) => markup` <span class="limits">${sentence(text)}</span>`);
  return markup`<div class="field option" id="option-${name}" data-option="${name}" data-type="${type}" data-default="${preset ?? ""}">
${control(option, preset)}
<p id="text-${name}">${sentence(option.text)}${limits}</p>
<p class="problem" id="problem-${name}" hidden></p>
</div>
`;
}

function control(option: ChapterOption, preset: string | undefined): Markup {
  const { name, type } = option.http;
  if (type === "list" && option.http.words !== undefined) return checkboxes(option);
  const label = markup`<label for="field-${name}">${breakable(name)}</label>`;
  // What is on unless given, or follows from others, is no plain box to tick.
  if (type === "boolean" && preset !== undefined)
    return markup`<span class="check"><input type="checkbox" ${attributes(name)}${preset === "true" ? markup` checked` : undefined}>${label}</span>`;
  return markup`${label}${input(option, preset)}`;
}

function input({ http, value }: ChapterOption, preset: string | undefined): Markup {
  const { name, type } = http;
  const words = type === "boolean" ? ["true", "false"] : Object.keys(http.words ?? {});
  if (words.length > 0) return select(name, words, preset);
  if (type === "list" || http.maxLength !== undefined)
    return markup`<textarea ${attributes(name)} rows="3" autocapitalize="none" spellcheck="false"${type === "list" ? markup` placeholder="one a line"` : undefined}></textarea>`;
  const mode = value.type === "integer" ? markup` inputmode="decimal"` : undefined;
  return markup`<input type="text" ${attributes(name)}${mode} autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="${preset ?? ""}">`;
}

function select(name: string, words: readonly string[], preset: string | undefined): Markup {
  return markup`<select ${attributes(name)}><option value="">${preset === undefined ? "not set" : `${preset} (default)`}</option>${words
    .filter((word) => word !== preset)
    .map((word) => markup`<option>${word}</option>`)}</select>`;
}

function checkboxes({ http }: ChapterOption): Markup {
  const { name, words = {} } = http;
  return markup`<fieldset aria-describedby="text-${name} problem-${name}"><legend>${breakable(name)}</legend>${Object.keys(
    words,
  ).map(
    (word, index) =>
      markup`<span class="check"><input type="checkbox" id="${index === 0 ? `field-${name}` : `field-${name}-${word}`}" name="${name}" value="${word}"><label for="${index === 0 ? `field-${name}` : `field-${name}-${word}`}">${word}</label></span> `,
  )}</fieldset>`;
}

function attributes(name: string): Markup {
  return markup`id="field-${name}" name="${name}" aria-describedby="text-${name} problem-${name}"`;
}

/** A long name may break after each of its words. */
function breakable(name: string): Markup {
  const words = name.split("_");
  return markup`${words.map((word, index) => (index === 0 ? markup`${word}` : markup`_<wbr>${word}`))}`;
}
