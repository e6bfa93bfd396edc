/** HTML that is safe to send: every text in it was escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[] | undefined;

/** A template of HTML. Texts in it are escaped, markup is not; undefined is nothing. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const pieces = parts.map((part, index) => part + textOf(values[index]));
  return new Markup(pieces.join(""));
}

/** A sentence of the catalogues, in which backquotes stand around what is literal. */
export function sentence(text: string): Markup {
  const parts = text.split("`");
  return markup`${parts.map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`))}`;
}

function textOf(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escaped(String(value));
}

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => references[character] ?? character);
}
