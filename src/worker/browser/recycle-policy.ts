/** Why a browser was replaced; the label of a metric. */
export const restartCauses = ["task_limit", "age", "memory", "unhealthy", "crash"] as const;
export type RestartCause = (typeof restartCauses)[number];

export interface RecycleLimits {
  recycleAfterCaptures: number;
  recycleAfterSeconds: number;
  recycleAboveBytes: number;
}

/** "Silent": the main process runs and does not answer. "OutOfMemory": it was ended, since it used up its memory. */
export type BrowserHealth = "Answers" | "Silent" | "Ended" | "OutOfMemory";

export interface BrowserFacts {
  health: BrowserHealth;
  /** Pages acquired so far. */
  captures: number;
  ageMilliseconds: number;
  memoryBytes: number;
}

/** Share of the maximum age that chance may take away. */
const ageJitter = 0.2;

/** Why a browser has to be replaced now; undefined when it may go on. */
export function restartCauseOf(
  { health, captures, ageMilliseconds, memoryBytes }: BrowserFacts,
  limits: RecycleLimits,
): RestartCause | undefined {
  if (health === "Ended") return "crash";
  if (health === "OutOfMemory") return "memory";
  if (health === "Silent") return "unhealthy";
  if (captures >= limits.recycleAfterCaptures) return "task_limit";
  // An idle browser does not get worse.
  if (ageMilliseconds >= limits.recycleAfterSeconds * 1000 && captures > 0) return "age";
  return memoryBytes > limits.recycleAboveBytes ? "memory" : undefined;
}

/**
 * The limits of one browser: workers that started together must not all replace their browsers in the same minute.
 *
 * @param random from 0 to 1
 */
export function withAgeJitter<Limits extends RecycleLimits>(
  limits: Limits,
  random: number,
): Limits {
  return { ...limits, recycleAfterSeconds: limits.recycleAfterSeconds * (1 - ageJitter * random) };
}
