import type { AttemptAnswer } from "../../api/messages/attempt-answer.ts";
import type { CaptureOutcome } from "../../api/messages/capture-result.ts";
import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptLogFields } from "../attempt-identity.ts";
import { retried } from "../retried.ts";
import type { StoreTries } from "../tries.ts";
import type { CopyUploader } from "./copy-uploader.ts";
import { readStoredPicture } from "./stored-picture-reader.ts";
import type { UploadBuffer } from "./upload-buffer.ts";

interface StoredCopierDependencies {
  copyUploader: CopyUploader;
  uploadBuffer: UploadBuffer;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

type StoredAnswer = Extract<AttemptAnswer, { kind: "Stored" }>;

const retryBackoff = { firstMilliseconds: 500, mostMilliseconds: 5_000, jitter: 0 };

/** Finishes an attempt whose worker died after it had stored the picture, and before the job's own bucket was known to have it. */
export class StoredCopier {
  readonly #dependencies: StoredCopierDependencies;

  constructor(dependencies: StoredCopierDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Copies the stored picture, so that the same bytes are put again and nothing is captured.
   * @throws as CopyUploader, a Failure of the object store, or the signal's reason
   */
  async finish(
    request: CaptureRequest,
    stored: StoredAnswer,
    tries: StoreTries,
  ): Promise<CaptureOutcome> {
    const { copyUploader, uploadBuffer, egressURL, clock, log } = this.#dependencies;
    const { artifact } = stored;
    const { signal } = tries;
    using _room = await uploadBuffer.reserve(artifact.sizeBytes, signal);
    tries.onCaptured();
    const picture = await retried(() => readStoredPicture(stored, { request, egressURL, signal }), {
      ...tries,
      triesAfter: ({ reason }) => (reason === "StorageUnavailable" ? Number.POSITIVE_INFINITY : 1),
      backoff: retryBackoff,
      clock,
      report: (err, tried) =>
        log.warn(
          { ...attemptLogFields(request), err, tried },
          "Could not read stored picture; trying again",
        ),
    });
    tries.onCopying();
    await copyUploader.copy(request, picture, tries);
    return {
      kind: "Captured",
      artifact,
      isCopied: true,
      timingsMilliseconds: {},
      warnings: [],
    };
  }
}
