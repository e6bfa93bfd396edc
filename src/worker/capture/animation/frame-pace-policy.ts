interface Pace {
  /** Of frames that were taken so far, each. */
  millisecondsPerFrame: number;
  /** Of the animation, the next one included. */
  framesLeft: number;
  millisecondsLeft: number;
}

/** Of the time that is left; the rest is for the end of the encoding, storing, and a machine that becomes slower. */
const usableShare = 0.7;
/** A frame that is shown longer than this looks like a fault. */
const longestStride = 5;

/**
 * How many frames of the file one picture of the page stands for, so that all are there in time: 1 where there is time enough. The
 * moments that pictures show stay exact, whatever the machine is doing.
 */
export function planStride({ millisecondsPerFrame, framesLeft, millisecondsLeft }: Pace): number {
  const affordable = Math.max(
    1,
    Math.floor((millisecondsLeft * usableShare) / millisecondsPerFrame),
  );
  return Math.min(longestStride, Math.max(1, Math.ceil(framesLeft / affordable)));
}
