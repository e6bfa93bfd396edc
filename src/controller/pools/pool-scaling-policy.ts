/** What the size of a pool depends on. */
export interface PoolDemand {
  /** Jobs that wait, are dispatched or run. */
  unfinishedJobs: number;
  oldestQueuedSeconds: number;
  /** `replicas` of the Deployment; undefined before it exists. */
  currentReplicas: number | undefined;
  readyReplicas: number;
}

export interface PoolLimits {
  slotsPerPod: number;
  minReplicas: number;
  maxReplicas: number;
  targetQueueSeconds: number;
  /** How long a pool must have too many pods before it shrinks. */
  scaleDownAfterSeconds: number;
}

/** What is kept between two decisions while a pool has too many pods. */
export interface PoolSurplus {
  /** When the current wait began; monotonic. */
  sinceMilliseconds: number;
  /** The most pods that were needed at once since then. */
  neededReplicas: number;
}

export interface ScalingDecision {
  replicas: number;
  surplus: PoolSurplus | undefined;
  /** When to decide again even if nothing changes. */
  requeueAfterMilliseconds: number | undefined;
}

/** At most this share of the pods is removed in one step. */
const largestStep = 0.2;
/** Between two steps down; shorter where `scaleDownAfterSeconds` is short. */
const longestPauseMilliseconds = 30_000;
const pausesADelay = 4;

/**
 * How many pods the jobs need: one slot per job. When a job has waited longer than `targetQueueSeconds`, some pods take no
 * jobs (a bad node, a slow start): the number of unready pods is added once. Nothing is added while no pod is ready, because
 * more pods would not be ready any sooner.
 */
export function neededReplicas(demand: PoolDemand, limits: PoolLimits): number {
  const forJobs = Math.ceil(demand.unfinishedJobs / limits.slotsPerPod);
  const isLate = demand.oldestQueuedSeconds > limits.targetQueueSeconds;
  const isPartlyReady = demand.readyReplicas > 0 && demand.readyReplicas < forJobs;
  const inPlaceOfUnready = isLate && isPartlyReady ? forJobs - demand.readyReplicas : 0;
  return bounded(forJobs + inPlaceOfUnready, limits);
}

/** Scales up at once; scales down after a period of surplus, in steps, and never below what was needed in that period. */
export function decideReplicas(
  demand: PoolDemand,
  limits: PoolLimits,
  surplus: PoolSurplus | undefined,
  nowMilliseconds: number,
): ScalingDecision {
  const needed = neededReplicas(demand, limits);
  const current = demand.currentReplicas;
  if (current === undefined || needed >= current) return stay(needed);
  // The maximum was lowered: the load does not matter.
  if (current > limits.maxReplicas) return stay(limits.maxReplicas);
  const delayMilliseconds = limits.scaleDownAfterSeconds * 1000;
  const since = surplus?.sinceMilliseconds ?? nowMilliseconds;
  const most = Math.max(needed, surplus?.neededReplicas ?? needed);
  const waitMilliseconds = since + delayMilliseconds - nowMilliseconds;
  if (waitMilliseconds > 0)
    return {
      replicas: current,
      surplus: { sinceMilliseconds: since, neededReplicas: most },
      requeueAfterMilliseconds: waitMilliseconds,
    };
  const pauseMilliseconds = Math.min(longestPauseMilliseconds, delayMilliseconds / pausesADelay);
  return {
    replicas: Math.max(Math.min(most, current), current - stepOf(current)),
    surplus: {
      sinceMilliseconds: nowMilliseconds - delayMilliseconds + pauseMilliseconds,
      neededReplicas: needed,
    },
    requeueAfterMilliseconds: pauseMilliseconds,
  };
}

function stay(replicas: number): ScalingDecision {
  return { replicas, surplus: undefined, requeueAfterMilliseconds: undefined };
}

function stepOf(current: number): number {
  return Math.max(1, Math.floor(current * largestStep));
}

function bounded(replicas: number, { minReplicas, maxReplicas }: PoolLimits): number {
  return Math.min(Math.max(replicas, minReplicas), maxReplicas);
}
