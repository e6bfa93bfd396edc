import { unlessAborted } from "../../platform/process/unless-aborted.ts";
import type { PreparedPage } from "../browser/prepared-page.ts";
import type { CaptureInProgress } from "./steps/capture-step.ts";

/** A page that one capture has loaded and taken its picture of. */
interface TakenPage {
  prepared: PreparedPage;
  taken: CaptureInProgress;
}

/** The part of one capture in a shared load. */
export interface LoadShare {
  load: SharedLoad;
  /** In the order of the captures, from 0: that one loads the page. */
  place: number;
  /** How long a picture of the shared page is waited for; then there is time left for a page of its own. */
  patienceMilliseconds: number;
}

/** The picture could not be taken of the page that another capture loaded; it may be of a page of its own. */
export class LoadNotShared extends Error {
  constructor(cause?: unknown) {
    super("The page of another capture could not be used", { cause });
    this.name = "LoadNotShared";
  }
}

/**
 * Lets several captures take their pictures of one page. The first, the carrier, loads it; the others have it one after another, in their
 * order. Whoever cannot wait, or fails, leaves the line without an effect on the others.
 */
export class SharedLoad implements AsyncDisposable {
  readonly #loaded = Promise.withResolvers<TakenPage>();
  readonly #ended: PromiseWithResolvers<void>[];
  readonly #left = new Set<number>();
  #disposed: Promise<void> | undefined;
  #page: PreparedPage | undefined;

  /** @param captures how many there are, with the carrier */
  constructor(captures: number) {
    this.#ended = Array.from({ length: captures }, () => Promise.withResolvers<void>());
    this.#loaded.promise.catch(() => undefined);
  }

  /** The carrier hands its page over, which is disposed of after the last capture. */
  provide(page: TakenPage): void {
    this.#page = page.prepared;
    this.#loaded.resolve(page);
  }

  /**
   * The page, when it is this capture's turn.
   *
   * @param place in the order, from 1
   * @throws LoadNotShared when the carrier has ended without a page, or the signal's reason
   */
  async turn(place: number, signal: AbortSignal): Promise<TakenPage> {
    signal.throwIfAborted();
    const before = this.#ended.slice(0, place).map(({ promise }) => promise);
    const [page] = await unlessAborted(Promise.all([this.#loaded.promise, ...before]), [signal]);
    return page;
  }

  /** The capture at this place has its picture, or wants none of this page any more. May be called twice. */
  leave(place: number): void {
    this.#left.add(place);
    this.#ended[place]?.resolve();
    if (place === 0) this.#loaded.reject(new LoadNotShared());
    if (this.#left.size === this.#ended.length) void this.#dispose();
  }

  /** Waits until the page is disposed of. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
  }

  #dispose(): Promise<void> {
    this.#disposed ??= this.#page?.dispose() ?? Promise.resolve();
    return this.#disposed;
  }
}
