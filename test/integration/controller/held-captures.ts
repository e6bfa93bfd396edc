import { eventually } from "../../support/eventually.ts";
import {
  takePicture,
  type Behaviour,
  type StubWorker,
} from "../../support/installation/stub-worker.ts";

/** Captures that last until the test ends them, so that what begins when is counted and not timed. */
export class HeldCaptures {
  readonly #held: (() => void)[] = [];
  #isOver = false;

  /** For a stub worker. */
  readonly behave: Behaviour = async (request, worker) => {
    if (!this.#isOver) await new Promise<void>((resolve) => this.#held.push(resolve));
    return await takePicture(request, worker);
  };

  /** Ends the capture that began first. Returns the job of the one that a free slot begins next. */
  async endOne(worker: StubWorker): Promise<{ namespace: string; name: string }> {
    const begun = worker.requests.length;
    this.#held.shift()?.();
    await eventually("a free slot begins a capture", () => worker.requests.length > begun);
    const next = worker.requests[begun];
    if (next === undefined) throw new Error("no capture began");
    return next.job;
  }

  /** Ends all captures, also those to come. */
  endAll(): void {
    this.#isOver = true;
    for (const end of this.#held.splice(0)) end();
  }
}
