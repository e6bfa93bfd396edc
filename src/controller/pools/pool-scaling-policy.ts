/** What is known of a pool when its size is decided. */
export interface PoolDemand {
  /** Jobs that wait, are handed out or run. */
  unfinishedJobs: number;
  oldestQueuedSeconds: number;
  /** Pods as asked for now; undefined before there is a Deployment. */
  currentReplicas: number | undefined;
  readyReplicas: number;
}

export interface PoolLimits {
  slotsPerPod: number;
  minReplicas: number;
  maxReplicas: number;
  targetQueueSeconds: number;
  /** How long there must have been too many pods before some are taken away. */
  scaleDownAfterSeconds: number;
}

/** What is remembered between two decisions, while there are too many pods. */
export interface PoolSurplus {
  /** From when on the present wait counts; monotonic. */
  sinceMilliseconds: number;
  /** The most pods that were needed since then. */
  neededReplicas: number;
}

export interface ScalingDecision {
  replicas: number;
  surplus: PoolSurplus | undefined;
  /** When to decide again at the latest, if nothing happens before. */
  requeueAfterMilliseconds: number | undefined;
}

/** Of all pods, at most this part goes in one step. */
const largestStep = 0.2;
/** From one step down to the next, as long as the surplus lasts; less where pools are to shrink sooner than usual. */
const longestPauseMilliseconds = 30_000;
const pausesADelay = 4;

/**
 * How many pods the jobs need: a slot for each of them. A job that has waited longer than it should, although there were
 * enough pods on paper, means that some of them take no jobs (a bad node, a slow start): as many as have not become ready are added
 * once. Nothing is added while none is ready at all, since more of them would not be ready any sooner.
 */
export function neededReplicas(demand: PoolDemand, limits: PoolLimits): number {
  const forJobs = Math.ceil(demand.unfinishedJobs / limits.slotsPerPod);
  const isLate = demand.oldestQueuedSeconds > limits.targetQueueSeconds;
  const isPartlyReady = demand.readyReplicas > 0 && demand.readyReplicas < forJobs;
  const inPlaceOfUnready = isLate && isPartlyReady ? forJobs - demand.readyReplicas : 0;
  return bounded(forJobs + inPlaceOfUnready, limits);
}

/** Up at once; down only after a while of surplus, in steps, and never below what was needed during that while. */
export function decideReplicas(
  demand: PoolDemand,
  limits: PoolLimits,
  surplus: PoolSurplus | undefined,
  nowMilliseconds: number,
): ScalingDecision {
  const needed = neededReplicas(demand, limits);
  const current = demand.currentReplicas;
  if (current === undefined || needed >= current) return stay(needed);
  // Somebody has lowered the maximum: that is no matter of load.
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
