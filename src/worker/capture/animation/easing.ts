import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";

/** The word of a job for how a movement begins and ends. */
export type Easing = NonNullable<NonNullable<CaptureSpec["animation"]>["scrollEasing"]>;

const powers = { Quad: 2, Cubic: 3, Quart: 4, Quint: 5 } as const;

/**
 * How far a movement has come, from 0 to 1, after this share of its time. "In" begins slowly, "Out" ends slowly, and "InOut" does both
 * halves alike; the higher the power, the slower.
 */
export function ease(easing: Easing, share: number): number {
  const time = Math.min(1, Math.max(0, share));
  const found = /^Ease(In|Out|InOut)(Quad|Cubic|Quart|Quint)$/.exec(easing);
  if (found === null) return time;
  const power = powers[found[2] as keyof typeof powers];
  if (found[1] === "In") return time ** power;
  if (found[1] === "Out") return 1 - (1 - time) ** power;
  return time < 0.5 ? (2 * time) ** power / 2 : 1 - (2 - 2 * time) ** power / 2;
}
