interface Delayed {
  key: string;
  dueMilliseconds: number;
}

/** Keys by the time they are due: a binary heap in which each key counts once, at its earliest time. */
export class DelayHeap {
  readonly #heap: Delayed[] = [];
  /** The valid time of each key; heap entries with another time are stale. */
  readonly #due = new Map<string, number>();

  get size(): number {
    return this.#due.size;
  }

  /** Adds a key, or moves it to an earlier time; a later one changes nothing. */
  add(key: string, dueMilliseconds: number): void {
    const known = this.#due.get(key);
    if (known !== undefined && known <= dueMilliseconds) return;
    this.#due.set(key, dueMilliseconds);
    this.#heap.push({ key, dueMilliseconds });
    this.#siftUp(this.#heap.length - 1);
  }

  /** When the next key is due. */
  nextMilliseconds(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.dueMilliseconds;
  }

  /** Removes and returns all keys that are due. */
  popDue(nowMilliseconds: number): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#dropStale();
      const first = this.#heap[0];
      if (first === undefined || first.dueMilliseconds > nowMilliseconds) return keys;
      this.#due.delete(first.key);
      this.#removeFirst();
      keys.push(first.key);
    }
  }

  #dropStale(): void {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || this.#due.get(first.key) === first.dueMilliseconds) return;
      this.#removeFirst();
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(start: number): void {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #siftDown(start: number): void {
    let parent = start;
    for (;;) {
      const left = 2 * parent + 1;
      let smallest = parent;
      if (this.#isBefore(left, smallest)) smallest = left;
      if (this.#isBefore(left + 1, smallest)) smallest = left + 1;
      if (smallest === parent) return;
      this.#swap(parent, smallest);
      parent = smallest;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const one = this.#heap[left];
    const other = this.#heap[right];
    return one !== undefined && other !== undefined && one.dueMilliseconds < other.dueMilliseconds;
  }

  #swap(left: number, right: number): void {
    const one = this.#heap[left];
    const other = this.#heap[right];
    if (one === undefined || other === undefined) return;
    this.#heap[left] = other;
    this.#heap[right] = one;
  }
}
