import type { Artifact, ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { linkedKeyOf } from "../../core/take/content-link.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { Deadline } from "../../platform/process/deadline.ts";
import { longestLookupMilliseconds } from "./cache-entries.ts";
import type { CachedDelivery } from "./cached-delivery.ts";
import { planDelivery, type ByteRange, type Delivery } from "./range-policy.ts";
import { openStoredPicture } from "./stored-picture.ts";
import type { Picture, TakeCall, TakeOutcome } from "./take-service.ts";

/** What answers a call: a finished job, and its picture if that came directly from the worker. */
export interface Render {
  job: ScreenshotJob;
  bytes: Uint8Array | undefined;
}

interface CachedPicturesDependencies {
  objectStore: Pick<ObjectStore, "open" | "version">;
  clock: Pick<Clock, "now">;
}

type FinishedTake = Extract<TakeOutcome, { kind: "Finished" }>;

/** Answers calls with `cache` with as much of a finished picture as they ask for. */
export class CachedPictures {
  readonly #objectStore: Pick<ObjectStore, "open" | "version">;
  readonly #clock: Pick<Clock, "now">;

  constructor({ objectStore, clock }: CachedPicturesDependencies) {
    this.#objectStore = objectStore;
    this.#clock = clock;
  }

  /** Undefined if the picture is no longer in the object store. @throws Failure */
  async answer(
    { job, bytes }: Render,
    state: CachedDelivery["state"],
    call: TakeCall,
  ): Promise<FinishedTake | undefined> {
    const { artifact, cachedCopy } = job.status ?? {};
    if (artifact === undefined) return undefined;
    const etag = `"${artifact.digest.replace(/^sha256:/, "")}"`;
    const cached: CachedDelivery = {
      state,
      etag,
      delivery: deliveryOf(call, { etag, sizeBytes: artifact.sizeBytes }),
      secondsLeft: cachedCopy && this.#secondsUntil(Date.parse(cachedCopy.expirationTime)),
    };
    const stored = { artifact, key: linkedKeyOf(job, artifact), bytes, state };
    const isBodyless = call.request.responseType !== "by_format" || call.partial?.method === "HEAD";
    const picture = isBodyless
      ? await this.#unread(stored, call.signal)
      : await this.#read(stored, cached.delivery, call.signal);
    return picture && { kind: "Finished", job, cached, picture };
  }

  #secondsUntil(milliseconds: number): number {
    return Math.max(0, Math.floor((milliseconds - this.#clock.now()) / 1000));
  }

  /** The picture without its bytes. That it is still there is looked up where it was rendered some time ago. */
  async #unread({ artifact, key, state }: Stored, signal: AbortSignal) {
    if (state === "Hit") {
      using deadline = new Deadline({ milliseconds: longestLookupMilliseconds, parents: [signal] });
      const version = await this.#objectStore.version(key, { signal: deadline.signal });
      if (version === undefined) return undefined;
    }
    return pictureWith(artifact, { bytes: nothing, sizeBytes: artifact.sizeBytes });
  }

  async #read(stored: Stored, delivery: Delivery, signal: AbortSignal) {
    const { artifact, bytes } = stored;
    if (delivery.kind === "NotModified" || delivery.kind === "Unsatisfiable")
      return pictureWith(artifact, { bytes: nothing, sizeBytes: 0 });
    const range = delivery.kind === "Part" ? delivery.range : undefined;
    if (bytes !== undefined) {
      const part = range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
      return pictureWith(artifact, { bytes: part, sizeBytes: part.byteLength });
    }
    const opened = await this.#open(stored, range, signal);
    if (opened === undefined) return undefined;
    return pictureWith(artifact, { bytes: opened.body, sizeBytes: opened.sizeBytes });
  }

  /** A hit has to begin soon; a picture that was just rendered is worth waiting for. */
  async #open({ key, state }: Stored, range: ByteRange | undefined, signal: AbortSignal) {
    if (state !== "Hit") return await openStoredPicture(this.#objectStore, key, { signal, range });
    const opening = new AbortController();
    const timer = setTimeout(
      () => opening.abort(new DOMException("The cached picture did not come soon", "TimeoutError")),
      longestLookupMilliseconds,
    );
    try {
      const either = AbortSignal.any([signal, opening.signal]);
      return await openStoredPicture(this.#objectStore, key, { signal: either, range });
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Stored extends Pick<Render, "bytes"> {
  artifact: Artifact;
  key: string;
  state: CachedDelivery["state"];
}

const nothing = new Uint8Array();

/** JSON about a picture is always sent as a whole. */
function deliveryOf(
  { request, partial }: TakeCall,
  file: { etag: string; sizeBytes: number },
): Delivery {
  if (partial === undefined || request.responseType !== "by_format") return { kind: "Whole" };
  return planDelivery(partial, file);
}

function pictureWith(
  { mediaType, widthPixels, heightPixels }: Artifact,
  body: Pick<Picture, "bytes" | "sizeBytes">,
): Picture {
  return { ...body, mediaType, widthPixels, heightPixels };
}
