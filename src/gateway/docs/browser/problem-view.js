import { byID, element, sentence } from "./elements.js";

/**
 * An error of the gateway.
 *
 * @typedef {object} Problem
 * @property {string} code
 * @property {string} message
 * @property {string | undefined} page Where the error is explained.
 */

/**
 * Reads the error out of an answer.
 *
 * @param {{ status: number, headers: Headers, body: Blob }} answer
 * @returns {Promise<Problem>}
 */
export async function problemOfAnswer({ status, headers, body }) {
  const text = await body.text();
  try {
    const { error_code, error_message, documentation_url, code, detail } = JSON.parse(text);
    const seconds = headers.get("retry-after");
    const later = seconds === null ? "" : ` Try again in ${seconds} s.`;
    return {
      code: String(error_code ?? code),
      message: `${error_message ?? detail}${later}`,
      page: typeof documentation_url === "string" ? new URL(documentation_url).pathname : undefined,
    };
  } catch {
    // A proxy in between answers in words of its own.
    return { code: `status ${status}`, message: text.slice(0, 500), page: undefined };
  }
}

/**
 * What a message says of each option: clauses such as `"width" must be a number`.
 *
 * @param {string} message
 * @returns {Map<string, string>}
 */
export function problemsByOption(message) {
  const problems = new Map();
  const clauses = message.replace(/^[^:"]*: /, "").split("; ");
  for (const clause of clauses) {
    const name = /^"([a-z_]+)(?:\[\d+\])?" /.exec(clause)?.[1];
    if (name !== undefined && !problems.has(name)) problems.set(name, clause);
  }
  return problems;
}

/** Says what went wrong, and leads to the fields that are named. */
export class ProblemView {
  #place = byID("problem", HTMLElement);
  #form;

  /** @param {import("./call-form.js").CallForm} form */
  constructor(form) {
    this.#form = form;
  }

  clear() {
    this.#place.replaceChildren();
    this.#form.showProblems(new Map());
  }

  /** @param {Problem} problem */
  show({ code, message, page }) {
    const problems = problemsByOption(message);
    const names = [...problems.keys()].filter((name) => this.#form.has(name));
    const title = page === undefined ? code : element("a", { href: page }, code);
    this.#place.replaceChildren(
      element("p", {}, element("strong", {}, title)),
      element("p", {}, ...sentence(message)),
      ...(names.length === 0
        ? []
        : [element("ul", {}, ...names.map((name) => element("li", {}, this.#linkTo(name))))]),
    );
    this.#form.showProblems(problems);
  }

  /** @param {string} name */
  #linkTo(name) {
    const link = element("a", { href: `#option-${name}` }, `Go to ${name}`);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#form.focusOn(name);
    });
    return link;
  }
}
