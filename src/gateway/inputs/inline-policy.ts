/** Content of one kind that stays in the job, in bytes; what is more goes to the object store. */
export const inlineBytes = 4096;

/**
 * Which of several texts do not fit into the job: the largest ones, until the rest has at most `inlineBytes` together. Returns their
 * positions.
 */
export function tooLargeToInline(sizesBytes: readonly number[]): Set<number> {
  const bySize = [...sizesBytes.keys()].toSorted(
    (a, b) => (sizesBytes[b] ?? 0) - (sizesBytes[a] ?? 0),
  );
  let total = sizesBytes.reduce((sum, size) => sum + size, 0);
  const stored = new Set<number>();
  for (const position of bySize) {
    if (total <= inlineBytes) break;
    total -= sizesBytes[position] ?? 0;
    stored.add(position);
  }
  return stored;
}
