import type { DevToolsClient } from "./devtools-client.ts";

/**
 * Which frames below the main frame are loading, those of other sites included. Lazy frames do not delay the page's load event,
 * and the network domain does not see what other processes load.
 */
export class FrameLoads {
  readonly #loading = new Set<string>();
  #onChange: () => void = () => undefined;

  constructor(page: DevToolsClient, mainFrameID: string) {
    page.listen("Page.frameStartedLoading", ({ frameId }) => {
      if (frameId !== mainFrameID) this.#change(() => this.#loading.add(frameId));
    });
    page.listen("Page.frameStoppedLoading", ({ frameId }) =>
      this.#change(() => this.#loading.delete(frameId)),
    );
    // A frame that moves to another process goes on loading there.
    page.listen("Page.frameDetached", ({ frameId, reason }) => {
      if (reason !== "swap") this.#change(() => this.#loading.delete(frameId));
    });
  }

  /** How many are loading now. */
  get loading(): number {
    return this.#loading.size;
  }

  /** Calls the listener after every change, instead of the one before. */
  notify(listener: () => void): void {
    this.#onChange = listener;
  }

  #change(change: () => void): void {
    change();
    this.#onChange();
  }
}
