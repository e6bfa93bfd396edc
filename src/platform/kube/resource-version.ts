/**
 * Orders two resourceVersions of one resource type (allowed since KEP-5504): decimal strings by length, then
 * lexicographically. Undefined when one is not a decimal number: then only equality means anything.
 */
export function compareResourceVersions(left: string, right: string): number | undefined {
  if (left === right) return 0;
  if (!decimal.test(left) || !decimal.test(right)) return undefined;
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  return left < right ? -1 : 1;
}

/** Whether `version` is `wanted` or newer, or cannot be compared with it ("equal or unknown"). */
export function isAtLeast(version: string, wanted: string): boolean {
  const order = compareResourceVersions(version, wanted);
  return order === undefined || order >= 0;
}

const decimal = /^[1-9][0-9]*$|^0$/;
