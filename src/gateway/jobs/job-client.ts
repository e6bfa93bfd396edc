import { annotations, labels } from "../../api/settings/kubernetes-names.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { inCallersWords } from "../../core/take/caller-words.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import {
  isAlreadyExists,
  isInvalid,
  isNotFound,
  isTransient,
  KubeError,
} from "../../platform/kube/kube-error.ts";
import type { NewObject, ResourceClient } from "../../platform/kube/resource-client.ts";
import type { JobName, NewScreenshotJob } from "../take/job-builder.ts";

/** Creates, reads, cancels and retries jobs of the API server, whose errors it translates to those of `/take`. */
export class JobClient {
  readonly #jobs: ResourceClient<ScreenshotJob>;
  readonly #proofs: JobProofs;

  constructor(jobs: ResourceClient<ScreenshotJob>, proofs: JobProofs) {
    this.#jobs = jobs;
    this.#proofs = proofs;
  }

  /**
   * Creates the job, or attaches to the one that an earlier call with the same idempotency key created.
   *
   * @returns the uid of the job
   * @throws TakeError
   */
  async create(job: NewScreenshotJob, signal: AbortSignal): Promise<string> {
    try {
      const created = await this.#jobs.create(job, { signal });
      return created.metadata.uid;
    } catch (thrown) {
      if (isAlreadyExists(thrown)) return await this.#attach(job, signal);
      throw toTakeError(thrown);
    }
  }

  /** Undefined if there is no such job. */
  async get(name: JobName, signal: AbortSignal): Promise<ScreenshotJob | undefined> {
    try {
      return await this.#jobs.find(name, { signal });
    } catch (thrown) {
      throw toTakeError(thrown);
    }
  }

  /** The jobs that the account's calls created. */
  async list(namespace: string, account: string, signal: AbortSignal): Promise<ScreenshotJob[]> {
    try {
      const labelSelector = `${labels.account}=${account}`;
      const page = await this.#jobs.list({ namespace, labelSelector, limit: 200, signal });
      return page.items.filter((job) => this.#proofs.authorOf(job) === account);
    } catch (thrown) {
      throw toTakeError(thrown);
    }
  }

  /** Cancels the job. Has no effect on a job that has finished or does not exist. */
  async cancel(name: JobName, signal: AbortSignal): Promise<void> {
    try {
      await this.#jobs.mergePatch(name, { spec: { cancel: true } }, { signal });
    } catch (thrown) {
      if (!isNotFound(thrown) && !isInvalid(thrown)) throw toTakeError(thrown);
    }
  }

  /** Creates a copy of an account's job under the next free name `<name>-r<n>`, after `admit` has admitted it. Returns the name. */
  async retry(
    job: ScreenshotJob,
    { admit, signal }: { admit: (job: JobName) => Promise<void>; signal: AbortSignal },
  ): Promise<string> {
    const { namespace, labels: given } = job.metadata;
    const original = given?.[labels.retryOf] ?? job.metadata.name;
    for (let number = 1; number <= maxRetries; number++) {
      const name = `${original}-r${number}`;
      await admit({ namespace, name });
      try {
        await this.#jobs.create(this.#copyOf(job, name, original), { signal });
        return name;
      } catch (thrown) {
        if (!isAlreadyExists(thrown)) throw toTakeError(thrown);
      }
    }
    throw invalidRequest([`the job has already been retried ${maxRetries} times`]);
  }

  async #attach(job: NewScreenshotJob, signal: AbortSignal): Promise<string> {
    const present = await this.get(job.metadata, signal);
    const digestOf = ({ metadata }: Pick<ScreenshotJob | NewScreenshotJob, "metadata">) =>
      metadata.annotations?.[annotations.requestDigest];
    const isOwn =
      present !== undefined &&
      this.#proofs.authorOf(present) === job.metadata.labels[labels.account];
    if (!isOwn || digestOf(present) !== digestOf(job))
      throw new TakeError("request_not_valid", {
        message:
          "The request is not valid: this `Idempotency-Key` was already used for another request; use a new one",
      });
    return present.metadata.uid;
  }

  #copyOf(job: ScreenshotJob, name: string, original: string): NewObject<ScreenshotJob> {
    const { cancel: _cancel, suspend: _suspend, ...spec } = job.spec;
    const { [annotations.reply]: _reply, ...kept } = job.metadata.annotations ?? {};
    const { namespace } = job.metadata;
    const account = job.metadata.labels?.[labels.account] ?? "";
    const proof = this.#proofs.create({ namespace, name, account, reply: undefined, spec });
    return {
      metadata: {
        name,
        namespace,
        labels: { ...job.metadata.labels, [labels.retryOf]: original },
        annotations: { ...kept, [annotations.proof]: proof },
      },
      spec,
    };
  }
}

const maxRetries = 100;

/** An error of the API server as an error of `/take`. */
function toTakeError(thrown: unknown): unknown {
  if (!(thrown instanceof KubeError)) return thrown;
  if (isInvalid(thrown)) return invalidRequest(problemsOf(thrown));
  if (isTransient(thrown))
    return new TakeError("temporary_unavailable", {
      message: "The Kubernetes API server is not available; send the request again",
      retryAfterSeconds: Math.ceil(thrown.retryAfterSeconds ?? 5),
    });
  return thrown;
}

/** What the server says about each field, or all it says, in the words of the caller. */
function problemsOf({ causes, message }: KubeError): string[] {
  if (causes.length === 0) return [inCallersWords(message)];
  return causes.map((cause) => {
    const field = cause.field.replace(/^spec\.?/, "");
    return inCallersWords(field === "" ? cause.message : `\`${field}\` ${cause.message}`);
  });
}
