import { timingSafeEqual } from "node:crypto";

/** Compares a secret or a signature; texts of one length take the same time wherever they differ. */
export function isEqualInConstantTime(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
