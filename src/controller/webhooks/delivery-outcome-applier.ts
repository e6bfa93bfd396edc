import { Failure } from "../../api/reasons/failure.ts";
import type { DeliveryOutcome } from "../../api/messages/delivery-messages.ts";
import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import type { JobReader } from "../jobs/job-reader.ts";
import type { ResultOutcome } from "../metrics.ts";
import type { JobStatusWriter } from "../jobs/job-status-writer.ts";

interface DeliveryOutcomeApplierDependencies {
  jobReader: JobReader;
  jobStatusWriter: JobStatusWriter;
}

/** How the delivery of a webhook ended. */
export interface FinalDelivery {
  job: JobIdentity;
  delivery: DeliveryOutcome;
  message: string;
}

/** Each round reads the job from the API server, so more rounds mean contention. */
const maxRounds = 6;

/** Writes the outcome of a webhook to the status of its job. Safe to repeat. */
export class DeliveryOutcomeApplier {
  readonly #dependencies: DeliveryOutcomeApplierDependencies;

  constructor(dependencies: DeliveryOutcomeApplierDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws KubeError or Failure when the outcome has to be delivered again. */
  async apply(final: FinalDelivery, signal: AbortSignal): Promise<ResultOutcome> {
    const { jobReader, jobStatusWriter } = this.#dependencies;
    for (let round = 0; round < maxRounds; round += 1) {
      // A patch replaces the whole list of conditions, so all of them have to be read as they are.
      const job = await jobReader.latestJob(final.job, signal);
      if (job?.metadata.uid !== final.job.uid) return "Gone";
      const written = await jobStatusWriter.notified(job, final, signal);
      if (written.kind === "Conflict") continue;
      return written.kind === "Written" ? "Finished" : written.kind;
    }
    throw new Failure("InternalError", {
      message: "The job changed each time the outcome of its webhook was written",
    });
  }
}
