import { annotations, labels } from "../../api/settings/keys.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";
import {
  isAlreadyExists,
  isInvalid,
  isNotFound,
  isTransient,
  KubeError,
} from "../../platform/kube/kube-error.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { JobName } from "../take/job-builder.ts";

/** The gateway's dealings with the API server: creates, reads and cancels jobs, and translates what can go wrong. */
export class JobClient {
  readonly #jobs: ResourceClient<ScreenshotJob>;

  constructor(jobs: ResourceClient<ScreenshotJob>) {
    this.#jobs = jobs;
  }

  /**
   * Creates the job, or finds the one that an earlier call with the same idempotency key made.
   *
   * @returns whether it is new
   * @throws TakeError
   */
  async create(job: ScreenshotJob, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#jobs.create(job, { signal });
      return true;
    } catch (thrown) {
      if (isAlreadyExists(thrown)) return await this.#attach(job, signal);
      throw toTakeError(thrown);
    }
  }

  /** Undefined when there is no such job. */
  async get(name: JobName, signal: AbortSignal): Promise<ScreenshotJob | undefined> {
    try {
      return await this.#jobs.find(name, { signal });
    } catch (thrown) {
      throw toTakeError(thrown);
    }
  }

  async list(namespace: string, account: string, signal: AbortSignal): Promise<ScreenshotJob[]> {
    try {
      const labelSelector = `${labels.account}=${account}`;
      const page = await this.#jobs.list({ namespace, labelSelector, limit: 200, signal });
      return page.items;
    } catch (thrown) {
      throw toTakeError(thrown);
    }
  }

  /** Asks for the job's end; a job that has ended, or is gone, stays as it is. */
  async cancel(name: JobName, signal: AbortSignal): Promise<void> {
    try {
      await this.#jobs.mergePatch(name, { spec: { cancel: true } }, { signal });
    } catch (thrown) {
      if (!isNotFound(thrown) && !isInvalid(thrown)) throw toTakeError(thrown);
    }
  }

  /** Makes the same job again under the next free name `<name>-r<n>`, if that is let in. */
  async retry(
    job: ScreenshotJob,
    { admit, signal }: { admit: (job: JobName) => Promise<void>; signal: AbortSignal },
  ): Promise<string> {
    const { namespace, labels: given } = job.metadata;
    const original = given?.[labels.retryOf] ?? job.metadata.name;
    for (let number = 1; number <= mostRetries; number++) {
      const name = `${original}-r${number}`;
      await admit({ namespace, name });
      try {
        await this.#jobs.create(copyOf(job, name, original), { signal });
        return name;
      } catch (thrown) {
        if (!isAlreadyExists(thrown)) throw toTakeError(thrown);
      }
    }
    throw invalidRequest([`the job was repeated ${mostRetries} times already`]);
  }

  async #attach(job: ScreenshotJob, signal: AbortSignal): Promise<false> {
    const present = await this.get(job.metadata, signal);
    const digestOf = (one: ScreenshotJob) => one.metadata.annotations?.[annotations.requestDigest];
    if (present === undefined || digestOf(present) !== digestOf(job))
      throw new TakeError("request_not_valid", {
        message:
          "The request is not valid: this `Idempotency-Key` was used for another request; use a new one",
      });
    return false;
  }
}

const mostRetries = 100;

function copyOf(job: ScreenshotJob, name: string, original: string): ScreenshotJob {
  const { cancel: _cancel, suspend: _suspend, ...spec } = job.spec;
  const { [annotations.reply]: _reply, ...kept } = job.metadata.annotations ?? {};
  return {
    metadata: {
      name,
      namespace: job.metadata.namespace,
      labels: { ...job.metadata.labels, [labels.retryOf]: original },
      annotations: kept,
    },
    spec,
  } as unknown as ScreenshotJob;
}

/** What the API server refused, in the words of `/take`. */
function toTakeError(thrown: unknown): unknown {
  if (!(thrown instanceof KubeError)) return thrown;
  if (isInvalid(thrown)) return invalidRequest([sentenceOf(thrown.message)]);
  if (isTransient(thrown))
    return new TakeError("temporary_unavailable", {
      message: "The API server does not take requests now; send the request again",
      retryAfterSeconds: Math.ceil(thrown.retryAfterSeconds ?? 5),
    });
  return thrown;
}

/** `ScreenshotJob.stills.dev "x" is invalid: spec.url: Invalid value: …` without its first part. */
function sentenceOf(message: string): string {
  const start = message.indexOf(" is invalid: ");
  return start < 0 ? message : message.slice(start + " is invalid: ".length);
}
