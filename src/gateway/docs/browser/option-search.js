import { byID } from "./elements.js";

/** Shows only the options whose name or text has all the words that were typed. */
export class OptionSearch {
  #input = byID("find", HTMLInputElement);
  #found = byID("found", HTMLElement);
  #nothing = byID("nothing-found", HTMLElement);
  #chapters = [...document.querySelectorAll("details.chapter")].filter(
    (one) => one instanceof HTMLDetailsElement,
  );
  /** Which chapters were open before the search. @type {Set<HTMLDetailsElement> | undefined} */
  #opened;

  constructor() {
    this.#input.addEventListener("input", (event) => {
      // A search changes no option.
      event.stopPropagation();
      this.#show();
    });
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** Shows all options again. */
  clear() {
    this.#input.value = "";
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && this.#input.value !== "") {
      event.preventDefault();
      this.clear();
    }
    // The form is not sent from here; the first option that was found is gone to.
    if (event.key === "Enter") {
      event.preventDefault();
      const control = this.#best()?.querySelector("input, select, textarea");
      if (this.#input.value !== "" && control instanceof HTMLElement) control.focus();
    }
  }

  #show() {
    const words = wordsOf(this.#input.value);
    if (words.length === 0) return this.#showAll();
    this.#opened ??= new Set(this.#chapters.filter(({ open }) => open));
    for (const chapter of this.#chapters) {
      const fields = fieldsOf(chapter);
      for (const field of fields) field.hidden = !hasAll(field, words);
      chapter.hidden = fields.every(({ hidden }) => hidden);
      chapter.open = !chapter.hidden;
    }
    const count = this.#shown().length;
    this.#found.textContent = count === 1 ? "1 option" : `${count} options`;
    this.#nothing.hidden = count > 0;
  }

  #showAll() {
    for (const chapter of this.#chapters) {
      chapter.hidden = false;
      chapter.open = this.#opened?.has(chapter) ?? chapter.open;
      for (const field of fieldsOf(chapter)) field.hidden = false;
    }
    this.#opened = undefined;
    this.#found.textContent = "";
    this.#nothing.hidden = true;
  }

  /** The option whose name the words are; else the first that has them in its name, else in its text. */
  #best() {
    const shown = this.#shown();
    const words = wordsOf(this.#input.value);
    return (
      shown.find((field) => field.dataset["option"] === words.join("_")) ??
      shown.find((field) => words.every((word) => field.dataset["option"]?.includes(word))) ??
      shown[0]
    );
  }

  #shown() {
    return this.#chapters
      .filter(({ hidden }) => !hidden)
      .flatMap((chapter) => fieldsOf(chapter).filter(({ hidden }) => !hidden));
  }
}

/**
 * @param {HTMLDetailsElement} chapter
 * @returns {HTMLElement[]}
 */
function fieldsOf(chapter) {
  return [...chapter.querySelectorAll("[data-option]")].filter((one) => one instanceof HTMLElement);
}

/** @param {string} text */
function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * @param {HTMLElement} field
 * @param {readonly string[]} words
 */
function hasAll(field, words) {
  const name = field.dataset["option"] ?? "";
  const meaning = document.getElementById(`text-${name}`)?.textContent ?? "";
  const chapter = field.closest("details")?.querySelector("h3")?.textContent ?? "";
  const text = `${name} ${chapter} ${meaning}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
