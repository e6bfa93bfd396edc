import type { Protocol } from "puppeteer-core";
import type { DevToolsClient } from "./devtools-client.ts";

/** How many are visited at once; a page may have thousands. */
const mostAnimations = 100;

/** Follows the animations of a page, also of those parts that no script can reach, such as closed shadow roots. */
export class PageAnimations {
  readonly #page: DevToolsClient;
  /** Id → when it ends by itself, in milliseconds of `performance.now()`. */
  readonly #running = new Map<string, number>();

  private constructor(page: DevToolsClient) {
    this.#page = page;
  }

  /** To be called before the page is opened. This has no measurable cost. */
  static async open(page: DevToolsClient, signal: AbortSignal): Promise<PageAnimations> {
    const animations = new PageAnimations(page);
    page.listen("Animation.animationStarted", ({ animation }) => animations.#onStarted(animation));
    page.listen("Animation.animationUpdated", ({ animation: { id, playState } }) => {
      if (playState !== "running") animations.#running.delete(id);
    });
    page.listen("Animation.animationCanceled", ({ id }) => void animations.#running.delete(id));
    await page.call("Animation.enable", undefined, signal);
    return animations;
  }

  /** Calls a function, given as source text, on each animation that has not ended by itself, and forgets them. */
  async forEachRunning(source: string, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const running = [...this.#running]
      .filter(([, endsAt]) => endsAt > now)
      .slice(0, mostAnimations);
    this.#running.clear();
    // One after the other: the browser forgets a resolved animation when the next one is.
    for (const [id] of running) await this.#callOn(id, source, signal);
  }

  #onStarted({ id, source }: Protocol.Animation.Animation): void {
    if (source === undefined) return;
    const { delay, duration, iterations } = source;
    // Without end it is null, although the protocol says a number.
    const rounds = (iterations as number | null) ?? Number.POSITIVE_INFINITY;
    this.#running.set(id, performance.now() + delay + duration * rounds);
  }

  /** An animation may be gone meanwhile. */
  async #callOn(animationId: string, source: string, signal: AbortSignal): Promise<void> {
    try {
      const { remoteObject } = await this.#page.call(
        "Animation.resolveAnimation",
        { animationId },
        signal,
      );
      const { objectId } = remoteObject;
      if (objectId === undefined) return;
      await this.#page.call(
        "Runtime.callFunctionOn",
        { objectId, functionDeclaration: source, silent: true },
        signal,
      );
    } catch (thrown) {
      if (signal.aborted) throw thrown;
    }
  }
}
