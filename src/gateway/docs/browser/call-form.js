import { byID } from "./elements.js";

/** @typedef {import("./snippets.js").OptionValue} OptionValue */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** Every option with its field, and what differs from the defaults. */
export class CallForm {
  #form = byID("call", HTMLFormElement);
  #changes = byID("changes", HTMLElement);
  #reset = byID("reset", HTMLButtonElement);
  /** @type {readonly HTMLElement[]} */
  #fields = [...this.#form.querySelectorAll("[data-option]")].filter(
    (one) => one instanceof HTMLElement,
  );

  constructor() {
    this.#reset.addEventListener("click", () => {
      for (const field of this.#fields)
        if (field.dataset["option"] !== "url") for (const one of controlsOf(field)) restore(one);
      this.#form.dispatchEvent(new Event("input"));
      byID("find", HTMLInputElement).focus();
    });
    this.#form.addEventListener("input", () => this.showChanges());
  }

  /** What a call has to name: options that are not as they would be without. @returns {[string, OptionValue][]} */
  options() {
    return this.#fields.flatMap((field) => {
      const value = valueOf(field);
      return value === undefined ? [] : [[field.dataset["option"] ?? "", value]];
    });
  }

  /** Says beside each field what is wrong with it. @param {ReadonlyMap<string, string>} problems */
  showProblems(problems) {
    for (const field of this.#fields) {
      const name = field.dataset["option"] ?? "";
      const problem = problems.get(name);
      const text = byID(`problem-${name}`, HTMLElement);
      text.textContent = problem ?? "";
      text.hidden = problem === undefined;
      for (const one of controlsOf(field))
        if (problem === undefined) one.removeAttribute("aria-invalid");
        else one.setAttribute("aria-invalid", "true");
    }
  }

  /** Whether there is an option of this name. @param {string} name */
  has(name) {
    return this.#fields.some((field) => field.dataset["option"] === name);
  }

  /** Brings the field of an option on screen, and the focus to it. @param {string} name */
  focusOn(name) {
    const field = this.#fields.find((one) => one.dataset["option"] === name);
    if (field === undefined) return;
    field.hidden = false;
    const chapter = field.closest("details");
    if (chapter !== null) {
      chapter.hidden = false;
      chapter.open = true;
    }
    controlsOf(field)[0]?.focus();
    field.scrollIntoView({ block: "nearest" });
  }

  /** Marks what differs from the defaults, and counts it. */
  showChanges() {
    let total = 0;
    for (const chapter of this.#form.querySelectorAll("details.chapter")) {
      const fields = [...chapter.querySelectorAll("[data-option]")].filter(
        (one) => one instanceof HTMLElement,
      );
      const changed = fields.filter((field) => valueOf(field) !== undefined);
      for (const field of fields) field.classList.toggle("changed", changed.includes(field));
      const count = chapter.querySelector("[data-count]");
      if (count !== null) count.textContent = changed.length > 0 ? `${changed.length} changed` : "";
      total += changed.length;
    }
    this.#changes.textContent =
      total === 0 ? "Nothing is changed." : total === 1 ? "1 changed." : `${total} changed.`;
    this.#reset.hidden = total === 0;
  }
}

/**
 * @param {HTMLElement} field
 * @returns {Control[]}
 */
function controlsOf(field) {
  return [...field.querySelectorAll("input, select, textarea")].filter(
    (one) =>
      one instanceof HTMLInputElement ||
      one instanceof HTMLSelectElement ||
      one instanceof HTMLTextAreaElement,
  );
}

/**
 * The value to send; undefined if it is as it would be without.
 *
 * @param {HTMLElement} field
 * @returns {OptionValue | undefined}
 */
function valueOf(field) {
  const controls = controlsOf(field);
  const [first] = controls;
  if (first === undefined) return undefined;
  switch (field.dataset["type"]) {
    case "boolean":
      return switchOf(first);
    case "list":
      return listOf(first, controls);
    case "integer":
    case "number":
      return numberOf(first.value.trim());
    default:
      return first.value === "" ? undefined : first.value;
  }
}

/**
 * @param {Control} control
 * @returns {boolean | undefined}
 */
function switchOf(control) {
  if (!(control instanceof HTMLInputElement))
    return control.value === "" ? undefined : control.value === "true";
  return control.checked === control.defaultChecked ? undefined : control.checked;
}

/**
 * @param {Control} first
 * @param {readonly Control[]} all
 * @returns {string[] | undefined}
 */
function listOf(first, all) {
  const members =
    first instanceof HTMLTextAreaElement
      ? first.value.split("\n").filter((line) => line.trim() !== "")
      : all
          .filter((one) => one instanceof HTMLInputElement && one.checked)
          .map(({ value }) => value);
  return members.length === 0 ? undefined : members;
}

/**
 * What is no number is sent as it is, and the gateway says what is wrong.
 *
 * @param {string} text
 * @returns {number | string | undefined}
 */
function numberOf(text) {
  if (text === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/** @param {Control} control */
function restore(control) {
  if (control instanceof HTMLSelectElement) control.selectedIndex = 0;
  else if (control instanceof HTMLInputElement && control.type === "checkbox")
    control.checked = control.defaultChecked;
  else control.value = control.defaultValue;
}
