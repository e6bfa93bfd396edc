import { setTimeout as sleep } from "node:timers/promises";
import { annotations, labels } from "../../api/settings/kubernetes-names.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { inCallersWords } from "../../core/take/caller-words.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";
import { backoffMilliseconds } from "../../core/retry/backoff.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import {
  isAlreadyExists,
  isExpired,
  isInvalid,
  isNotFound,
  isThrottled,
  isTransient,
  KubeError,
} from "../../platform/kube/kube-error.ts";
import type { NewObject, ResourceClient } from "../../platform/kube/resource-client.ts";
import type { JobQuery } from "./job-filter.ts";
import { keyUsedBefore } from "./key-used-before.ts";
import { nextPageSize } from "./page-size-policy.ts";
import type { JobName, NewScreenshotJob } from "../take/job-builder.ts";

interface ListQuery extends JobQuery {
  namespace: string;
  account: string;
}

/** Creates, reads, cancels and retries jobs of the API server, whose errors it translates to those of `/take`. */
export class JobClient {
  readonly #jobs: ResourceClient<ScreenshotJob>;
  readonly #proofs: JobProofs;
  readonly #className: string;

  constructor(
    jobs: ResourceClient<ScreenshotJob>,
    proofs: JobProofs,
    { className }: { className: string },
  ) {
    this.#jobs = jobs;
    this.#proofs = proofs;
    this.#className = className;
  }

  /**
   * Creates the job, or attaches to the one that an earlier call with the same idempotency key created.
   *
   * @returns the uid of the job
   * @throws TakeError
   */
  async create(job: NewScreenshotJob, signal: AbortSignal): Promise<string> {
    try {
      return await this.#createAgain(job, signal);
    } catch (thrown) {
      // By an earlier call, or by this one if the answer was lost.
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

  /**
   * The next jobs that the account's calls created and that fit the filter, as many as fit into a page by number and by bytes. The API
   * server counts objects only, and does not know most filters, so they are read in several requests; a page may end before it is full.
   */
  async list(
    { namespace, account, filter, limit: most, continueToken }: ListQuery,
    signal: AbortSignal,
  ): Promise<{ jobs: ScreenshotJob[]; continueToken: string | undefined }> {
    const ofPool = filter.pool === undefined ? "" : `,spec.poolName=${filter.pool}`;
    const selected = {
      ...{ namespace, labelSelector: `${labels.account}=${account}`, signal },
      fieldSelector: `spec.className=${this.#className}${ofPool}`,
    };
    const read = { requests: 0, jobs: 0, bytes: 0, found: 0, foundBytes: 0 };
    const jobs: ScreenshotJob[] = [];
    let next = continueToken;
    try {
      for (let limit = nextPageSize(read, most); limit > 0; limit = nextPageSize(read, most)) {
        const from = next === undefined ? {} : { continueToken: next };
        const { items, ...page } = await this.#jobs.list({ ...selected, limit, ...from });
        const found = items.filter(
          (job) => filter.matches(job) && this.#proofs.authorOf(job) === account,
        );
        read.requests += 1;
        read.jobs += items.length;
        read.bytes += bytesOf(items);
        read.found += found.length;
        read.foundBytes += bytesOf(found);
        jobs.push(...found);
        next = page.continueToken;
        if (next === undefined) break;
      }
      return { jobs, continueToken: next };
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
      const lost = { count: 0 };
      try {
        await this.#createAgain(this.#copyOf(job, name, original), signal, lost);
        return name;
      } catch (thrown) {
        if (!isAlreadyExists(thrown)) throw toTakeError(thrown);
        if (lost.count > 0) return name;
      }
    }
    throw invalidRequest([`the job has already been retried ${maxRetries} times`]);
  }

  /** Creates an object under its name, again when no answer came: then it may exist, which the caller is told as an error. */
  async #createAgain(
    object: NewObject<ScreenshotJob>,
    signal: AbortSignal,
    lost = { count: 0 },
  ): Promise<string> {
    const giveUpAt = performance.now() + createLimitMilliseconds;
    for (;;) {
      try {
        return (await this.#jobs.create(object, { signal })).metadata.uid;
      } catch (thrown) {
        const pauseMilliseconds = backoffMilliseconds(lost.count, createBackoff, Math.random());
        const isOver = performance.now() + pauseMilliseconds > giveUpAt;
        if (!isTransient(thrown) || isThrottled(thrown) || isOver || signal.aborted) throw thrown;
        lost.count += 1;
        await sleep(pauseMilliseconds, undefined, { signal });
      }
    }
  }

  async #attach(job: NewScreenshotJob, signal: AbortSignal): Promise<string> {
    const present = await this.get(job.metadata, signal);
    const digestOf = ({ metadata }: Pick<ScreenshotJob | NewScreenshotJob, "metadata">) =>
      metadata.annotations?.[annotations.requestDigest];
    const isOwn =
      present !== undefined &&
      this.#proofs.authorOf(present) === job.metadata.labels[labels.account];
    if (!isOwn || digestOf(present) !== digestOf(job)) throw keyUsedBefore();
    return present.metadata.uid;
  }

  #copyOf(job: ScreenshotJob, name: string, original: string): NewObject<ScreenshotJob> {
    const { cancel: _cancel, suspend: _suspend, ...spec } = job.spec;
    const {
      [annotations.reply]: _reply,
      [annotations.carries]: _carries,
      [annotations.loadsWith]: _loadsWith,
      ...kept
    } = job.metadata.annotations ?? {};
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

function bytesOf(jobs: readonly ScreenshotJob[]): number {
  return Buffer.byteLength(JSON.stringify(jobs));
}

const maxRetries = 100;
/** How long a job is created again while no answer comes, or an error of the server: a synchronous caller waits. */
const createLimitMilliseconds = 15_000;
const createBackoff = { firstMilliseconds: 100, mostMilliseconds: 2_000, jitter: 0.2 };

/** An error of the API server as an error of `/take`. */
function toTakeError(thrown: unknown): unknown {
  if (!(thrown instanceof KubeError)) return thrown;
  if (isExpired(thrown))
    return invalidRequest(["`continue` is too old; begin the list anew without it"]);
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
