/** Bounds how many bytes of bodies are held at a time; what finds no room is refused, since waiting would hold connections. */
export class ByteBudget {
  readonly #limit: number;
  readonly #onChange: (heldBytes: number) => void;
  #held = 0;

  constructor(limitBytes: number, onChange: (heldBytes: number) => void) {
    this.#limit = limitBytes;
    this.#onChange = onChange;
  }

  /** Returns the function that gives the bytes back; undefined if they do not fit. */
  tryReserve(bytes: number): (() => void) | undefined {
    if (this.#held + bytes > this.#limit) return undefined;
    this.#add(bytes);
    let isHeld = true;
    return () => {
      if (isHeld) this.#add(-bytes);
      isHeld = false;
    };
  }

  #add(bytes: number): void {
    this.#held += bytes;
    this.#onChange(this.#held);
  }
}
