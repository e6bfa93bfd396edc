import { randomBytes } from "node:crypto";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import { pageClockSource } from "./page-clock-script.ts";

/**
 * The time of a page's own scripts: timers, animation frames, `Date` and `performance.now`. It passes as it always does until it is held;
 * then only `advanceTo` lets it pass, so that what scripts move is at its place in each frame of a recording, until it is released.
 *
 * Reaches the page's document and frames of its site. Workers, frames of other sites and what the network brings have the real time.
 */
export class PageClock {
  readonly #page: PageSession;
  readonly #name: string;
  /** Of the held clocks; undefined before, and where the page runs no scripts. */
  #objectID: string | undefined;
  /** The document whose clocks they are. */
  #loaderID: string | undefined;

  private constructor(page: PageSession, name: string) {
    this.#page = page;
    this.#name = name;
  }

  /** For the document of the page, into which HTML is written, and those that it opens from now on. */
  static async install(page: PageSession, signal: AbortSignal): Promise<PageClock> {
    const clock = new PageClock(page, `clock${randomBytes(8).toString("hex")}`);
    const source = pageClockSource(clock.#name);
    await Promise.all([
      page.call("Page.addScriptToEvaluateOnNewDocument", { source }, signal),
      page.call("Runtime.evaluate", { expression: source }, signal),
    ]);
    return clock;
  }

  /** Stops the time of the current document, which may have been held and released before. */
  async hold(signal: AbortSignal): Promise<void> {
    const { loaderID } = this.#page.lifecycle.document;
    const before = loaderID === this.#loaderID ? this.#objectID : undefined;
    const expression = `(${holdClocks})(${JSON.stringify(this.#name)})`;
    const { result } = await this.#page.call("Runtime.evaluate", { expression }, signal);
    this.#objectID = result.objectId;
    this.#loaderID = loaderID;
    if (before === undefined || result.objectId === undefined) return;
    await this.#callOnClocks(holdAgain, [{ objectId: before }], signal);
  }

  /** Lets the time of a held document pass by itself again, from where it is. Does nothing if the document is gone. */
  async release(signal: AbortSignal): Promise<void> {
    if (this.#page.lifecycle.document.loaderID !== this.#loaderID) return;
    await this.#callOnClocks(releaseClocks, [], signal);
  }

  /** Runs what is due until so many milliseconds after `hold`, in order; frames of scripts come sixty times a second. */
  async advanceTo(milliseconds: number, signal: AbortSignal): Promise<void> {
    await this.#callOnClocks(advanceClocks, [{ value: milliseconds }], signal);
  }

  async #callOnClocks(
    functionDeclaration: string,
    given: readonly ({ value: number } | { objectId: string })[],
    signal: AbortSignal,
  ): Promise<void> {
    const objectId = this.#objectID;
    if (objectId === undefined) return;
    await this.#page.call(
      "Runtime.callFunctionOn",
      {
        ...{ objectId, functionDeclaration, arguments: [...given] },
        ...{ awaitPromise: true, returnByValue: false },
      },
      signal,
    );
  }
}

/**
 * Takes the clocks out of the page's reach. A frame that goes away meanwhile never answers, nor do promises of it, so its end is awaited
 * beside them.
 */
const holdClocks = `(name) => {
  const clocksIn = (view) => {
    const clocks = [];
    try {
      if (view[name] !== undefined) {
        const entry = { clock: view[name], isGone: false, leave: () => {} };
        const leave = () => {
          entry.isGone = true;
          entry.leave();
        };
        view.addEventListener("pagehide", leave, { once: true });
        clocks.push(entry);
      }
      delete view[name];
      for (let index = 0; index < view.length; index += 1) clocks.push(...clocksIn(view[index]));
    } catch {}
    return clocks;
  };
  const clocks = clocksIn(globalThis);
  for (const { clock } of clocks) clock.hold();
  return clocks;
}`;

const advanceClocks = `function (milliseconds) {
  return Promise.all(this.map((entry) => entry.isGone || new Promise((resolve, reject) => {
    entry.leave = resolve;
    entry.clock.advanceTo(milliseconds).then(resolve, reject);
  })));
}`;

/** Those that were found before are out of the page's reach, and of ours but by their handle. */
const holdAgain = `function (before) {
  for (const entry of before) {
    if (entry.isGone) continue;
    entry.clock.hold();
    this.push(entry);
  }
}`;

const releaseClocks = `function () {
  for (const entry of this) if (!entry.isGone) entry.clock.release();
}`;
