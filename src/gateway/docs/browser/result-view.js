import { byID, element, sentence } from "./elements.js";

/** @typedef {import("./call-runner.js").Answer} Answer */

/** Longer texts are cut on the page, not in the file. */
const longestText = 200_000;

/** Shows what a call was answered. Pages' markup is shown as text: nothing of it runs here. */
export class ResultView {
  #status = byID("status", HTMLElement);
  #view = byID("view", HTMLElement);
  #links = byID("links", HTMLElement);
  #warnings = byID("warnings", HTMLElement);
  /** @type {string | undefined} */
  #address;

  clear() {
    this.#view.replaceChildren();
    this.#links.replaceChildren();
    this.#warnings.replaceChildren();
    if (this.#address !== undefined) URL.revokeObjectURL(this.#address);
    this.#address = undefined;
  }

  /** One line about where things stand. @param {string} text */
  say(text) {
    this.#status.textContent = text;
  }

  /**
   * @param {Answer} answer
   * @param {{ url: string | undefined, extension: string }} call
   */
  async show(answer, { url, extension }) {
    const { headers, body, seconds } = answer;
    const mediaType = (headers.get("content-type") ?? "").split(";", 1)[0] ?? "";
    this.#showWarnings(headers);
    if (body.size === 0) {
      this.say(`Answered in ${secondsText(seconds)}, without a body.`);
      return;
    }
    const isPicture = mediaType.startsWith("image/");
    const facts = [mediaType, sizeText(body.size)];
    if (isPicture) facts.unshift(...(await this.#showPicture(body, mediaType, url)));
    else if (mediaType === "application/pdf") this.#showDocument();
    else await this.showText(body, mediaType);
    this.say(`Taken in ${secondsText(seconds)}: ${facts.join(", ")}.`);
    await this.#linkTo(body, { mediaType, isPicture, extension });
  }

  /**
   * @param {Blob} body
   * @param {string} mediaType
   */
  async showText(body, mediaType) {
    const text = await body.text();
    const shown = mediaType === "application/json" ? prettyJSON(text) : text;
    const label = `The answer, ${mediaType}`;
    this.#view.replaceChildren(
      element(
        "pre",
        { tabindex: "0", role: "region", "aria-label": label },
        element("code", {}, shown.slice(0, longestText)),
      ),
    );
  }

  /** @param {Headers} headers */
  #showWarnings(headers) {
    const warnings = headers.get("x-stills-warning")?.split(" | ") ?? [];
    if (warnings.length === 0) return;
    this.#warnings.replaceChildren(
      element("h3", {}, "Warnings"),
      element("ul", {}, ...warnings.map((text) => element("li", {}, ...sentence(text)))),
    );
  }

  /**
   * @param {Blob} body
   * @param {string} mediaType
   * @param {string | undefined} url
   * @returns {Promise<string[]>}
   */
  async #showPicture(body, mediaType, url) {
    this.#address = URL.createObjectURL(body);
    const alt = url === undefined ? "The picture" : `The picture of ${url}`;
    const picture = element("img", { src: this.#address, alt });
    try {
      await picture.decode();
    } catch {
      this.#view.replaceChildren(
        element("p", {}, `This browser does not show ${mediaType}. Save the file to look at it.`),
      );
      return [];
    }
    this.#view.replaceChildren(picture);
    return [`${picture.naturalWidth} × ${picture.naturalHeight} pixels`];
  }

  #showDocument() {
    this.#view.replaceChildren(element("p", {}, "A PDF document."));
  }

  /**
   * @param {Blob} body
   * @param {{ mediaType: string, isPicture: boolean, extension: string }} file
   */
  async #linkTo(body, { mediaType, isPicture, extension }) {
    const canOpen = isPicture || mediaType === "application/pdf";
    // Opened in a tab, another type could run as a page of the gateway.
    const file = body.slice(0, body.size, canOpen ? mediaType : "text/plain");
    if (this.#address !== undefined) URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(file);
    const picture = this.#view.querySelector("img");
    if (picture !== null) picture.src = this.#address;
    const isJSON = mediaType === "application/json";
    const name = `picture.${isJSON ? "json" : extension}`;
    this.#links.replaceChildren(
      element("a", { href: this.#address, download: name }, `Save ${name}`),
      ...(canOpen
        ? [element("a", { href: this.#address, target: "_blank", rel: "noopener" }, "Open")]
        : []),
      ...(isJSON ? linksIn(await body.text()) : []),
    );
  }
}

/** @param {number} seconds */
function secondsText(seconds) {
  return `${seconds.toFixed(2)} s`;
}

/** @param {number} bytes */
function sizeText(bytes) {
  return bytes < 100_000
    ? `${(bytes / 1000).toFixed(1)} kB`
    : `${(bytes / 1_000_000).toFixed(2)} MB`;
}

/** Links to the files that an answer names. @param {string} text */
function linksIn(text) {
  return Object.entries(JSON.parse(text)).flatMap(([name, value]) =>
    typeof value === "string" && /^https?:\/\//.test(value)
      ? [
          element(
            "a",
            { href: value, target: "_blank", rel: "noopener noreferrer" },
            `Open ${name}`,
          ),
        ]
      : [],
  );
}

/** @param {string} text */
function prettyJSON(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
