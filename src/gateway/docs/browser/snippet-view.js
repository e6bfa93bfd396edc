import { problemOfAnswer } from "./problem-view.js";
import { byID } from "./elements.js";
import { callURL, curlText, javaScriptText, pythonText } from "./snippets.js";

/** @typedef {import("./snippets.js").Call} Call */
/** @typedef {import("./problem-view.js").Problem} Problem */

const placeholders = { accessKey: "YOUR_ACCESS_KEY", secretKey: "YOUR_SECRET_KEY" };

/** @type {Record<string, (call: Call) => string>} */
const printers = {
  url: callURL,
  curl: curlText,
  javascript: javaScriptText,
  python: pythonText,
};

/** @type {Record<string, string>} */
const notes = {
  url: "Whoever has this link can use the key in it. Sign links that others see.",
  curl: "curl 7.82 or newer.",
  javascript:
    "The official SDK with the address of this gateway. It signs calls with the secret key.",
  python: "The official SDK with the address of this gateway.",
  manifest: "For kubectl apply -f, in a namespace that Stills may take pictures for.",
};

const tooLong = "This is too long for a link: send it as the body of a POST, as curl does.";

/** What is sent as a link. */
const links = ["url", "javascript"];

/** After the last change, before the gateway is asked for the manifest. */
const pauseMilliseconds = 250;

/** Writes down the call that the form describes, in the language that is chosen. */
export class SnippetView {
  #section = document.querySelector("section.snippets");
  #text = byID("snippet", HTMLElement);
  #note = byID("snippet-note", HTMLElement);
  #copied = byID("copied", HTMLElement);
  #withKey = byID("with-key", HTMLInputElement);
  #kinds = [...document.querySelectorAll('input[name="snippet-kind"]')].filter(
    (one) => one instanceof HTMLInputElement,
  );
  #describe;
  #checked;
  #timer = 0;
  #asked = new AbortController();
  #manifest = "";

  /**
   * @param {() => Pick<Call, "accessKey" | "options" | "extension">} describe
   * @param {(problem: Problem | undefined) => void} checked Hears what the gateway says of the call.
   */
  constructor(describe, checked) {
    this.#describe = describe;
    this.#checked = checked;
    for (const kind of this.#kinds) kind.addEventListener("change", () => this.#show());
    this.#withKey.addEventListener("change", () => this.#show());
    byID("copy", HTMLButtonElement).addEventListener("click", () => void this.#copy());
  }

  /** The form has changed. */
  update() {
    this.#copied.textContent = "";
    this.#show();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), pauseMilliseconds);
  }

  #show() {
    const kind = this.#kinds.find(({ checked }) => checked)?.value ?? "url";
    const call = this.#call();
    const longest = Number(this.#section?.getAttribute("data-longest-link"));
    const isTooLong = links.includes(kind) && callURL(call).length > longest;
    this.#note.textContent = isTooLong ? tooLong : (notes[kind] ?? "");
    this.#text.firstElementChild?.replaceChildren(printers[kind]?.(call) ?? this.#manifest);
  }

  /** @returns {Call} */
  #call() {
    const { accessKey, ...described } = this.#describe();
    const shown = this.#withKey.checked && accessKey !== "" ? { accessKey } : {};
    return { ...described, ...placeholders, ...shown, origin: location.origin };
  }

  /** Only the gateway knows the job of a call, and whether the call is valid. */
  async #ask() {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    try {
      const response = await fetch("/docs/manifest", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(Object.fromEntries(this.#describe().options)),
        signal,
      });
      const body = await response.blob();
      if (response.ok) {
        this.#manifest = JSON.parse(await body.text()).manifest;
        this.#checked(undefined);
      } else {
        const { status, headers } = response;
        const problem = await problemOfAnswer({ status, headers, body });
        this.#manifest = `# ${problem.message.replaceAll("\n", " ")}\n`;
        this.#checked(problem);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      this.#manifest = `# The gateway did not answer: ${String(thrown)}\n`;
    }
    this.#show();
  }

  async #copy() {
    const text = this.#text.textContent;
    try {
      await navigator.clipboard.writeText(text);
      this.#copied.textContent = "Copied.";
    } catch {
      // Browsers let only pages of https and of this machine write to the clipboard.
      getSelection()?.selectAllChildren(this.#text);
      this.#copied.textContent = "Selected; copy it with Ctrl+C.";
    }
  }
}
