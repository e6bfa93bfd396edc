import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { errorOfJob, hasSucceeded } from "../../core/take/take-result.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { JobClient } from "../jobs/job-client.ts";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import type { PendingRequest } from "./pending-requests.ts";

/** Intervals at which the job is read in case its verdict is lost, as messages of core NATS may be. The last one repeats. */
const pollIntervalsSeconds = [2, 4, 8, 15];

/** Waits for the end of a job: reads it after its verdict arrives, and at intervals. */
export class JobWaiter {
  readonly #jobClient: JobClient;
  readonly #clock: Clock;

  constructor(jobClient: JobClient, clock: Clock) {
    this.#jobClient = jobClient;
    this.#clock = clock;
  }

  /** The job after it has succeeded or failed. @throws TakeError if it is deleted, or the reason of the signal */
  async untilFinished(
    job: JobIdentity,
    { verdict }: PendingRequest,
    signal: AbortSignal,
  ): Promise<ScreenshotJob> {
    let hasVerdict = false;
    const received = verdict.then(() => {
      hasVerdict = true;
    });
    for (let poll = 0; ; poll++) {
      const seconds = pollIntervalsSeconds[poll] ?? pollIntervalsSeconds.at(-1) ?? 0;
      const pause = this.#clock.sleep(seconds * 1000, signal);
      // The pause may reject after the verdict has won the race.
      pause.catch(() => undefined);
      await (hasVerdict ? pause : Promise.race([received, pause]));
      const found = await this.#jobClient.get(job, signal);
      // Another job of that name is not the caller's.
      if (found?.metadata.uid !== job.uid)
        throw new TakeError("request_aborted", { message: "The job was deleted while it ran" });
      if (hasSucceeded(found) || errorOfJob(found) !== undefined) return found;
    }
  }
}
