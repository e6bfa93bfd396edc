import { Failure } from "../../../api/reasons/failure.ts";
import { DocumentGone } from "../../browser/devtools/page-failure.ts";
import type { CaptureInProgress } from "../steps/capture-step.ts";
import { framesUntil, frameTimeMilliseconds, type FramePlan } from "./frame-plan.ts";
import { goToLink } from "./go-to-link.ts";
import { planNavigation, type NavigationPlan } from "./navigation-plan.ts";
import { Scene } from "./scene.ts";

/** The pages of a recording, one after another: that of the job, and the one that it may go on to. */
export class Scenes implements AsyncDisposable {
  readonly #plan: FramePlan;
  readonly #first: Scene;
  readonly #opened = new DisposableStack();
  #scene: Scene;
  #frameCount: number;
  /** What is still to come. */
  #navigation: NavigationPlan | undefined;

  private constructor(first: Scene, plan: FramePlan, navigation: NavigationPlan | undefined) {
    this.#first = first;
    this.#scene = first;
    this.#plan = plan;
    this.#navigation = navigation;
    this.#frameCount = navigation === undefined ? this.#framesOf(first) : plan.count;
  }

  /** @throws Failure(SelectorInvalid) */
  static async open(state: CaptureInProgress, plan: FramePlan): Promise<Scenes> {
    const navigation = navigationWithin(plan, state);
    return new Scenes(await Scene.open(state, 0), plan, navigation);
  }

  /** How many frames the recording has, as far as is known. */
  get frameCount(): number {
    return this.#frameCount;
  }

  /** To be called before each frame, in order: goes on to the other page when its moment has come. */
  async advanceTo(frame: number): Promise<void> {
    const milliseconds = frameTimeMilliseconds(frame, this.#plan);
    const navigation = this.#navigation;
    if (navigation === undefined || milliseconds < navigation.atMilliseconds) return;
    this.#navigation = undefined;
    const next = await goToLink(this.#first.state, navigation);
    if (next !== undefined) {
      this.#opened.use(next.page);
      this.#scene = await this.#linkedScene(next, milliseconds);
    }
    this.#frameCount = Math.max(frame + 1, this.#framesOf(this.#scene));
  }

  /** The picture of a frame. @throws DocumentGone when the page of the job went on to another document by itself */
  async take(frame: number): Promise<Buffer> {
    const milliseconds = frameTimeMilliseconds(frame, this.#plan);
    try {
      return await this.#scene.takeFrame(milliseconds);
    } catch (thrown) {
      if (this.#scene === this.#first || this.#first.state.deadline.signal.aborted) throw thrown;
      this.#scene = await this.#sceneAfter(thrown, this.#scene);
      return await this.take(frame);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#opened.dispose();
    await this.#first.close();
  }

  async #linkedScene(state: CaptureInProgress, beginsAtMilliseconds: number): Promise<Scene> {
    try {
      return await Scene.open(state, beginsAtMilliseconds);
    } catch (thrown) {
      return await this.#sceneAfter(thrown, { state, beginsAtMilliseconds });
    }
  }

  /** After a linked page went on to another document by itself: that one. If it does not stay or has crashed: the first page. */
  async #sceneAfter(
    thrown: unknown,
    { state, beginsAtMilliseconds }: Pick<Scene, "state" | "beginsAtMilliseconds">,
  ): Promise<Scene> {
    try {
      if (!(thrown instanceof DocumentGone)) throw thrown;
      await state.settleAgain?.();
    } catch (failed) {
      if (!(failed instanceof Failure) || state.deadline.signal.aborted) throw failed;
      const why = failed.message.replaceAll("`url`", "its address");
      state.warnings.add(`The recording came back to the page that it began with: ${why}`);
      return this.#first;
    }
    return await this.#linkedScene(state, beginsAtMilliseconds);
  }

  /** The recording is over when the page has been scrolled, unless the job says otherwise. */
  #framesOf({ endMilliseconds, state }: Scene): number {
    if (endMilliseconds === undefined || state.capture.animation?.scrollComplete === false)
      return this.#plan.count;
    return framesUntil(endMilliseconds, this.#plan);
  }
}

/** The navigation that the job asks for, if it comes before the end. */
function navigationWithin(
  { count, framesPerSecond }: FramePlan,
  { capture, warnings }: CaptureInProgress,
): NavigationPlan | undefined {
  const navigation = planNavigation(capture);
  if (navigation === undefined) return undefined;
  const last = frameTimeMilliseconds(count - 1, { count, framesPerSecond });
  if (navigation.atMilliseconds <= last) return navigation;
  warnings.add(
    "The recording went on to no other page: animation.scrollNavigateAfterMilliseconds is not before its end",
  );
  return undefined;
}
