import type { JobIdentity } from "../../api/messages/attempt-identity.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { Semaphore } from "../../platform/process/semaphore.ts";

interface UnfinishedTriesDependencies {
  jobs: Pick<ResourceClient<ScreenshotJob>, "find" | "mergePatch">;
  log: Logger;
}

interface Try<Outcome> {
  job: JobIdentity;
  /** How often its message was delivered. */
  deliveryCount: number;
  signal: AbortSignal;
  work: () => Promise<Outcome>;
}

/** Counted tries that no gateway has ended, after which there is none; with the first, which is not counted, usually three. */
export const mostUnfinishedTries = 2;

/**
 * Notices webhooks that end the gateway that sends them. A try is counted in an annotation of the job before it begins, and the count is
 * taken back when it has ended, however: so what stays was cut short with its gateway. The stream cannot tell, since a delivery that waits
 * for its next try counts as delivered, too. First tries are not counted: a webhook that is taken at once costs no write.
 *
 * A webhook whose last try was cut short is tried while no other such webhook is, so that those that were only under way beside it are soon
 * told apart.
 */
export class UnfinishedTries {
  readonly #dependencies: UnfinishedTriesDependencies;
  readonly #suspects = new Semaphore(1);

  constructor(dependencies: UnfinishedTriesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Makes the try; undefined, without it, when too many were cut short. */
  async counted<Outcome>({
    job,
    deliveryCount,
    signal,
    work,
  }: Try<Outcome>): Promise<Outcome | undefined> {
    if (deliveryCount === 1) return await work();
    const found = await this.#dependencies.jobs.find(job, { signal });
    // It is gone, which the signature service tells.
    if (found?.metadata.uid !== job.uid) return await work();
    const count = countOf(found);
    if (count >= mostUnfinishedTries) return undefined;
    using _alone = count > 0 ? await this.#suspects.acquire(signal) : undefined;
    try {
      // A write that fails may have been stored all the same.
      await this.#write(job, String(count + 1));
      return await work();
    } finally {
      await this.#write(job, null).catch((err: unknown) => {
        const { namespace, name } = job;
        this.#dependencies.log.warn({ err, namespace, name }, "Could not take back a counted try");
      });
    }
  }

  async #write({ namespace, name, uid }: JobIdentity, count: string | null): Promise<void> {
    // With the uid, another job of that name is left alone.
    const metadata = { uid, annotations: { [annotations.unfinishedTries]: count } };
    await this.#dependencies.jobs.mergePatch({ namespace, name }, { metadata });
  }
}

/** What its owner has written there counts as nothing. */
function countOf({ metadata }: ScreenshotJob): number {
  const text = metadata.annotations?.[annotations.unfinishedTries] ?? "";
  return /^\d$/.test(text) ? Number(text) : 0;
}
