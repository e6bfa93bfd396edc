import { captureScreenshot } from "../../browser/devtools/page-screenshot.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { openScroller, type PageScroller } from "./page-scroller.ts";
import { releaseAnimations, stepAnimations } from "./step-animations.ts";

/** Of the frames, which are encoded once more. */
const frameQuality = 92;

/** A page of a recording, from the moment on at which it comes into the picture. What it shows then depends on the time since. */
export class Scene {
  readonly state: CaptureInProgress;
  readonly beginsAtMilliseconds: number;
  readonly #scroller: PageScroller | undefined;

  private constructor(
    state: CaptureInProgress,
    beginsAtMilliseconds: number,
    scroller: PageScroller | undefined,
  ) {
    this.state = state;
    this.beginsAtMilliseconds = beginsAtMilliseconds;
    this.#scroller = scroller;
  }

  /** Stops the page's own time. @throws Failure(SelectorInvalid) */
  static async open(state: CaptureInProgress, beginsAtMilliseconds: number): Promise<Scene> {
    const scroller = await openScroller(state);
    await state.clock?.hold(state.deadline.signal);
    return new Scene(state, beginsAtMilliseconds, scroller);
  }

  /** When the page has been scrolled, from the beginning of the recording; undefined if nothing scrolls. */
  get endMilliseconds(): number | undefined {
    const end = this.#scroller?.endMilliseconds;
    return end === undefined ? undefined : this.beginsAtMilliseconds + end;
  }

  /** Brings the page, its scripts too, to a moment of the recording, and takes its picture. */
  async takeFrame(milliseconds: number): Promise<Buffer> {
    const { page, capture, clock, deadline } = this.state;
    const passed = milliseconds - this.beginsAtMilliseconds;
    await this.#scroller?.scrollAt(passed);
    await clock?.advanceTo(passed, deadline.signal);
    await stepAnimations(page, passed, deadline.signal);
    const format = capture.background === "Transparent" ? "PNG" : "JPEG";
    const area = capture.clip === undefined ? {} : { area: capture.clip, isInWindow: true };
    return await captureScreenshot(
      page,
      { format, quality: frameQuality, ...area },
      deadline.signal,
    );
  }

  /** Gives the page its own time again, as far as it is still there: it may have to be recorded once more. Never rejects. */
  async close(): Promise<void> {
    const { page, clock, deadline } = this.state;
    await Promise.allSettled([
      clock?.release(deadline.signal),
      releaseAnimations(page, deadline.signal),
    ]);
  }
}
