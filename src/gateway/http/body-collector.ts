import { Transform, type TransformCallback } from "node:stream";

interface BodyCollectorOptions {
  /** What the caller announced; undefined for a chunked body. */
  announcedBytes: number | undefined;
  limitBytes: number;
  /** The error of a body above the limit. */
  tooLarge: () => Error;
}

const firstBytes = 4096;

/**
 * Passes a body on in one piece. Kept as they come, the pieces of a body that is sent byte by byte take a hundred times its size; copied into
 * one buffer, a body takes what was reserved for it.
 */
export class BodyCollector extends Transform {
  readonly #options: BodyCollectorOptions;
  #buffer: Buffer;
  #length = 0;

  constructor(options: BodyCollectorOptions) {
    super();
    this.#options = options;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(firstBytes, options.limitBytes));
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const length = this.#length + chunk.length;
    if (length > this.#options.limitBytes) return done(this.#options.tooLarge());
    if (length > this.#buffer.length) this.#grow(length);
    chunk.copy(this.#buffer, this.#length);
    this.#length = length;
    done();
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#buffer.subarray(0, this.#length));
  }

  #grow(needed: number): void {
    const { announcedBytes, limitBytes } = this.#options;
    const doubled = Math.max(needed, this.#buffer.length * 2);
    const grown = Buffer.allocUnsafeSlow(Math.min(doubled, announcedBytes ?? limitBytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
