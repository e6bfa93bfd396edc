import type { Artifact, CachedCopy, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { keptJobBytes } from "../../api/messages/kept-job.ts";
import {
  cachedPictureKey,
  cacheEntryKey,
  contentKey,
  sliceKey,
} from "../../core/storage/object-keys.ts";
import { planSlices } from "../../core/take/slice-plan.ts";
import { sliceSetOf } from "../../core/take/slice-links.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { rfc3339 } from "../conditions.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { metadataOfArtifact } from "../workers/upload-metadata.ts";
import { jobLogFields } from "./job-log-fields.ts";
import type { JobReader } from "./job-reader.ts";
import type { JobRecord } from "./job-record.ts";
import { finishedStatus, type JobEnding } from "./job-status.ts";

interface PictureCacheDependencies {
  jobReader: Pick<JobReader, "latestJob">;
  proofs: JobProofs;
  objectStore: Pick<ObjectStore, "copy" | "put">;
  metrics: Pick<ControllerMetrics, "cachedPictures">;
  clock: Clock;
  log: Logger;
}

interface CachePlan {
  job: ScreenshotJob;
  entryKey: string;
  copy: CachedCopy;
}

type PictureEnding = JobEnding & { artifact: Artifact };

/** A job ends without a copy after this long: nobody waits for the cache. */
const longestMilliseconds = 5_000;
/** Of one job at a time: a picture may have a hundred slices. */
const copiesAtATime = 8;

/**
 * Keeps copies of pictures for equal calls of an account, and entries that say which. Copies, since what is below `artifacts/` may expire
 * earlier than a cached picture has to.
 */
export class PictureCache {
  readonly #dependencies: PictureCacheDependencies;

  constructor(dependencies: PictureCacheDependencies) {
    this.#dependencies = dependencies;
  }

  /** The ending with the copy that was made; without, if none was asked for, or it cannot be made now. */
  async withCopy(record: JobRecord, ending: JobEnding, signal: AbortSignal): Promise<JobEnding> {
    if (!record.wantsCaching || !ending.succeeded || !hasPicture(ending)) return ending;
    const { metrics, log } = this.#dependencies;
    using deadline = new Deadline({ milliseconds: longestMilliseconds, parents: [signal] });
    try {
      const plan = await this.#plan(record, deadline.signal);
      if (plan === undefined) return ending;
      const cached = { ...ending, cachedCopy: plan.copy };
      await this.#copyObjects(plan, ending, deadline.signal);
      await this.#writeEntry(plan, { record, ending: cached }, deadline.signal);
      metrics.cachedPictures.increment({ outcome: "Cached" });
      return cached;
    } catch (err) {
      signal.throwIfAborted();
      metrics.cachedPictures.increment({ outcome: "Failed" });
      log.warn({ ...jobLogFields(record), err }, "Could not cache picture");
      return ending;
    }
  }

  /** Undefined for a job that no gateway made for an account: nobody else may say what its calls are answered with. */
  async #plan(record: JobRecord, signal: AbortSignal): Promise<CachePlan | undefined> {
    const { jobReader, proofs, clock } = this.#dependencies;
    const job = await jobReader.latestJob(record, signal);
    if (job === undefined || job.metadata.uid !== record.uid) return undefined;
    const account = proofs.authorOf(job);
    const { cache, format } = job.spec;
    if (account === undefined || cache === undefined) return undefined;
    const { namespace, uid } = record;
    const address = { namespace, account, key: cache.key };
    return {
      job,
      entryKey: cacheEntryKey(address),
      copy: {
        key: cachedPictureKey(address, { uid, format }),
        expirationTime: rfc3339(clock.now() + cache.ttlSeconds * 1000),
      },
    };
  }

  async #copyObjects(
    { job, copy }: CachePlan,
    { artifact, metadata }: PictureEnding,
    signal: AbortSignal,
  ): Promise<void> {
    const { objectStore } = this.#dependencies;
    const expectedMetadata = metadataOfArtifact(job.metadata.uid, artifact);
    await objectStore.copy(artifact.key, copy.key, { signal, expectedMetadata });
    const beside = [...contentKeys(metadata), ...sliceKeys(job, artifact)];
    for (let from = 0; from < beside.length; from += copiesAtATime)
      await Promise.all(
        beside
          .slice(from, from + copiesAtATime)
          .map((keyBeside) =>
            objectStore.copy(keyBeside(artifact.key), keyBeside(copy.key), { signal }),
          ),
      );
  }

  async #writeEntry(
    { job, entryKey, copy }: CachePlan,
    { record, ending }: { record: JobRecord; ending: JobEnding },
    signal: AbortSignal,
  ): Promise<void> {
    const { objectStore, clock } = this.#dependencies;
    const status = finishedStatus(record, ending, clock.now());
    const bytes = keptJobBytes({ ...job, status }, Date.parse(copy.expirationTime));
    await objectStore.put(entryKey, bytes, { mediaType: "application/json" }, { signal });
  }
}

function hasPicture(ending: JobEnding): ending is PictureEnding {
  return ending.artifact !== undefined;
}

/** From the key of a picture to that of an object beside it. */
type KeyBeside = (pictureKey: string) => string;

function contentKeys(metadata: JobEnding["metadata"]): KeyBeside[] {
  const format = metadata?.content?.format;
  return format === undefined ? [] : [(pictureKey) => contentKey(pictureKey, format)];
}

function sliceKeys(job: ScreenshotJob, artifact: Artifact): KeyBeside[] {
  const slices = sliceSetOf({ ...job, status: { ...job.status, artifact } });
  if (slices === undefined) return [];
  return planSlices(slices.heightPixels, slices).map(
    ({ index }): KeyBeside =>
      (pictureKey) =>
        sliceKey(pictureKey, index),
  );
}
