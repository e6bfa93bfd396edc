import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { ease, type Easing } from "./easing.ts";

type AnimationSpec = NonNullable<CaptureSpec["animation"]>;

/** What a job asks for, with the defaults of what it leaves out. */
interface ScrollOptions {
  durationMilliseconds: number;
  delayMilliseconds: number;
  byPixels: number;
  startMilliseconds: number;
  back: "Not" | "Once" | "Repeat";
  /** When the way down ends wherever it is: by going back, by stopping, or by going to the end. */
  backAfterMilliseconds: number;
  stopAfterMilliseconds: number;
  toEndAfterMilliseconds: number;
}

/** A movement from one place to another, which may be broken off. */
export interface ScrollMovement {
  startMilliseconds: number;
  durationMilliseconds: number;
  fromPixels: number;
  toPixels: number;
  /** The movement gets no further than it is at this time. */
  endMilliseconds: number;
}

const never = Number.POSITIVE_INFINITY;

const usual = {
  scrollDelayMilliseconds: 500,
  scrollStartDelayMilliseconds: 0,
  scrollStartImmediately: true,
  scrollDurationMilliseconds: 1500,
  scrollByPixels: 1000,
  scrollBack: true,
  scrollBackAlgorithm: "Once",
  scrollBackAfterMilliseconds: never,
  scrollStopAfterMilliseconds: never,
  scrollToEndAfterMilliseconds: never,
} as const;

/** What a job asks for, completed. */
export function scrollOptionsOf(animation: AnimationSpec): ScrollOptions {
  const asked = { ...usual, ...animation };
  const pause = asked.scrollStartImmediately ? 0 : asked.scrollDelayMilliseconds;
  return {
    durationMilliseconds: asked.scrollDurationMilliseconds,
    delayMilliseconds: asked.scrollDelayMilliseconds,
    byPixels: asked.scrollByPixels,
    startMilliseconds: asked.scrollStartDelayMilliseconds + pause,
    back: asked.scrollBack ? asked.scrollBackAlgorithm : "Not",
    backAfterMilliseconds: asked.scrollBack ? asked.scrollBackAfterMilliseconds : never,
    stopAfterMilliseconds: asked.scrollStopAfterMilliseconds,
    toEndAfterMilliseconds: asked.scrollToEndAfterMilliseconds,
  };
}

/**
 * The movements by which a page is scrolled: down step by step with a pause after each, as far as it goes, and back to its top at once
 * or in the same steps.
 *
 * @param distancePixels how far it goes
 */
export function planScroll(
  options: ScrollOptions,
  easing: Easing,
  distancePixels: number,
): ScrollMovement[] {
  const { startMilliseconds, delayMilliseconds, durationMilliseconds } = options;
  const { backAfterMilliseconds, stopAfterMilliseconds, toEndAfterMilliseconds } = options;
  const turn = Math.min(backAfterMilliseconds, stopAfterMilliseconds);
  const down = stepsTo(distancePixels, { startMilliseconds, fromPixels: 0 }, options);
  const way = brokenOff(down, Math.min(turn, toEndAfterMilliseconds));
  const reached = scrollPositionAt(way, never, easing);
  if (toEndAfterMilliseconds < turn && reached < distancePixels)
    way.push(
      ...brokenOff(
        [
          {
            ...{ startMilliseconds: toEndAfterMilliseconds, durationMilliseconds },
            ...{ fromPixels: reached, toPixels: distancePixels },
            endMilliseconds: toEndAfterMilliseconds + durationMilliseconds,
          },
        ],
        turn,
      ),
    );
  if (options.back === "Not" || stopAfterMilliseconds <= endOf(way)) return way;
  const place = scrollPositionAt(way, never, easing);
  const pausedUntil = endOf(way) + delayMilliseconds;
  const start = {
    startMilliseconds: Math.min(Math.max(pausedUntil, startMilliseconds), backAfterMilliseconds),
    fromPixels: place,
  };
  const step = options.back === "Once" ? { ...options, byPixels: Math.max(1, place) } : options;
  return [...way, ...brokenOff(stepsTo(0, start, step), stopAfterMilliseconds)];
}

/** Where the page is scrolled to at a moment. */
export function scrollPositionAt(
  movements: readonly ScrollMovement[],
  milliseconds: number,
  easing: Easing,
): number {
  const last = movements.findLast(({ startMilliseconds }) => startMilliseconds <= milliseconds);
  if (last === undefined) return 0;
  const { startMilliseconds, durationMilliseconds, fromPixels, toPixels, endMilliseconds } = last;
  const passed = Math.min(milliseconds, endMilliseconds) - startMilliseconds;
  const share = ease(easing, passed / durationMilliseconds);
  return Math.round(fromPixels + (toPixels - fromPixels) * share);
}

/** When the last movement ends; 0 if there is none. */
export function endOf(movements: readonly ScrollMovement[]): number {
  return movements.at(-1)?.endMilliseconds ?? 0;
}

/** Steps of the same length, of which the last may be shorter. */
function stepsTo(
  toPixels: number,
  { startMilliseconds, fromPixels }: { startMilliseconds: number; fromPixels: number },
  { durationMilliseconds, delayMilliseconds, byPixels }: ScrollOptions,
): ScrollMovement[] {
  const count = Math.ceil(Math.abs(toPixels - fromPixels) / byPixels);
  const direction = Math.sign(toPixels - fromPixels);
  return Array.from({ length: count }, (_, index) => {
    const start = startMilliseconds + index * (durationMilliseconds + delayMilliseconds);
    const isLast = index === count - 1;
    return {
      ...{ startMilliseconds: start, durationMilliseconds },
      fromPixels: fromPixels + direction * index * byPixels,
      toPixels: isLast ? toPixels : fromPixels + direction * (index + 1) * byPixels,
      endMilliseconds: start + durationMilliseconds,
    };
  });
}

/** What has begun by then, and gets no further. */
function brokenOff(movements: readonly ScrollMovement[], milliseconds: number): ScrollMovement[] {
  return movements
    .filter(({ startMilliseconds }) => startMilliseconds < milliseconds)
    .map((movement) => ({
      ...movement,
      endMilliseconds: Math.min(movement.endMilliseconds, milliseconds),
    }));
}
