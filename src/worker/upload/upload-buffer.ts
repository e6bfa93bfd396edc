interface Waiting {
  bytes: number;
  admit: () => void;
}

/**
 * Bounds how many pictures, and how many bytes of them, wait for the object store; what finds no room waits its turn. A picture that is
 * larger than the whole buffer gets it alone.
 */
export class UploadBuffer {
  readonly #limitBytes: number;
  readonly #limitPictures: number;
  readonly #waiting = new Set<Waiting>();
  #heldBytes = 0;
  #heldPictures = 0;

  constructor(limits: { bytes: number; pictures: number }) {
    this.#limitBytes = limits.bytes;
    this.#limitPictures = limits.pictures;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Resolves with room for a picture, which is given back when it is disposed of; rejects with the signal's reason. */
  async reserve(sizeBytes: number, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    const bytes = Math.min(sizeBytes, this.#limitBytes);
    if (this.#waiting.size === 0 && this.#fits(bytes)) this.#hold(bytes);
    else await this.#turn(bytes, signal);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#release(bytes);
        isHeld = false;
      },
    };
  }

  async #turn(bytes: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { bytes, admit: resolve };
    const abandon = (): void => {
      this.#waiting.delete(waiting);
      reject(signal.reason as Error);
      this.#admitWaiting();
    };
    this.#waiting.add(waiting);
    signal.addEventListener("abort", abandon, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", abandon);
    }
  }

  #fits(bytes: number): boolean {
    return this.#heldBytes + bytes <= this.#limitBytes && this.#heldPictures < this.#limitPictures;
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.#heldPictures += 1;
  }

  #release(bytes: number): void {
    this.#heldBytes -= bytes;
    this.#heldPictures -= 1;
    this.#admitWaiting();
  }

  /** In the order of arrival, so that a large picture is not overtaken for ever. */
  #admitWaiting(): void {
    for (const waiting of this.#waiting) {
      if (!this.#fits(waiting.bytes)) return;
      this.#waiting.delete(waiting);
      this.#hold(waiting.bytes);
      waiting.admit();
    }
  }
}
