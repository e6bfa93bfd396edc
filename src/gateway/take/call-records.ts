import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { parseCallRecord } from "../../api/messages/call-record.ts";
import { Failure } from "../../api/reasons/failure.ts";
import { callRecordKey } from "../../core/storage/object-keys.ts";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import { keyUsedBefore } from "../jobs/key-used-before.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { JobName } from "./job-builder.ts";

interface CallRecordsDependencies {
  objectStore: Pick<ObjectStore, "get">;
  clock: Clock;
}

const retryAfterSeconds = 5;

/** What is left of calls with an `Idempotency-Key` whose job is gone. */
export class CallRecords {
  readonly #dependencies: CallRecordsDependencies;

  constructor(dependencies: CallRecordsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * The job as it was when it was deleted; undefined if none of this name was, or longer ago than is remembered.
   * @param digest of the request, which has to be the same
   * @throws TakeError
   */
  async find(
    { name, digest }: { name: JobName; digest: string },
    signal: AbortSignal,
  ): Promise<ScreenshotJob | undefined> {
    const stored = await this.#read(callRecordKey(name), signal);
    if (stored === undefined) return undefined;
    const { job, expiresMilliseconds } = parseCallRecord(JSON.parse(stored.toString()));
    if (expiresMilliseconds <= this.#dependencies.clock.now()) return undefined;
    if (job.metadata.annotations?.[annotations.requestDigest] !== digest) throw keyUsedBefore();
    return job;
  }

  async #read(key: string, signal: AbortSignal): Promise<Buffer | undefined> {
    try {
      return (await this.#dependencies.objectStore.get(key, { signal }))?.bytes;
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof Failure)) throw thrown;
      // What a key without the right to list is told of an object that is not there.
      if (thrown.reason === "StorageDenied") return undefined;
      throw new TakeError("temporary_unavailable", {
        message:
          "It cannot be found out now whether this `Idempotency-Key` was used; send the request again",
        reason: thrown.reason,
        retryAfterSeconds,
      });
    }
  }
}
