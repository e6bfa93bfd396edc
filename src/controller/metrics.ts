import { streams } from "../api/messages/subjects.ts";
import { failureReasons } from "../api/reasons/reasons.ts";
import type { Reason } from "../api/reasons/reasons.ts";
import { jobPriorities } from "../api/kinds/job-priority.ts";
import type {
  CounterMetric,
  GaugeMetric,
  HistogramMetric,
  Metrics,
} from "../platform/process/metrics.ts";
import { createDeliveryMetrics } from "./webhooks/delivery-metrics.ts";
import type { DeliveryMetrics } from "./webhooks/delivery-metrics.ts";

const outcomes = ["Succeeded", "Failed"] as const;
const resultOutcomes = [
  "Finished",
  "Retried",
  "DispatchedAgain",
  "Ignored",
  "Gone",
  "Refused",
  "Malformed",
  "TokenWrong",
] as const;
const streamNames = Object.values(streams);
const cacheOutcomes = ["Cached", "Failed"] as const;
const ticketOutcomes = ["Given", "Refused"] as const;
const plaintextAnswers = ["Sealed", "Finished", "Failed"] as const;
const loginOutcomes = ["Granted", "Refused", "Failed"] as const;
const attemptAnswers = ["Wanted", "Applied", "Stored", "Finished"] as const;

/** What happened to a result. */
export type ResultOutcome = (typeof resultOutcomes)[number];

/** Questions of workers and gateways. */
interface QuestionMetrics {
  uploadTickets: CounterMetric<{ outcome: typeof ticketOutcomes }>;
  copyTickets: CounterMetric<{ outcome: typeof ticketOutcomes }>;
  inputTickets: CounterMetric<{ outcome: typeof ticketOutcomes }>;
  attemptRequests: CounterMetric<{ answer: typeof attemptAnswers }>;
  unsealRequests: CounterMetric<{ answer: typeof plaintextAnswers }>;
  workerLogins: CounterMetric<{ outcome: typeof loginOutcomes }>;
}

export interface ControllerMetrics extends DeliveryMetrics, QuestionMetrics {
  jobFinished(succeeded: boolean, reason: Reason, durationSeconds: number): void;
  dispatched: CounterMetric<Record<never, never>>;
  waited: HistogramMetric<{ priority: typeof jobPriorities }>;
  lostJobs: CounterMetric<Record<never, never>>;
  results: CounterMetric<{ outcome: typeof resultOutcomes }>;
  statusRefused: CounterMetric<Record<never, never>>;
  classHeld: GaugeMetric<Record<never, never>>;
  objectStoreAvailable: GaugeMetric<Record<never, never>>;
  streamsRecreated: CounterMetric<{ stream: typeof streamNames }>;
  deleted: CounterMetric<Record<never, never>>;
  cachedPictures: CounterMetric<{ outcome: typeof cacheOutcomes }>;
}

export function createControllerMetrics(metrics: Metrics): ControllerMetrics {
  const finished = metrics.counter({
    name: "stills_jobs_finished_total",
    help: "Finished jobs, by reason",
    labels: { reason: ["Captured", ...failureReasons] as Reason[] },
  });
  const duration: HistogramMetric<{ outcome: typeof outcomes }> = metrics.histogram({
    name: "stills_job_duration_seconds",
    help: "Time from the creation of a job to its outcome",
    labels: { outcome: outcomes },
    buckets: [0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 3600],
  });
  return {
    jobFinished(succeeded, reason, durationSeconds) {
      finished.increment({ reason });
      duration.observe(durationSeconds, { outcome: succeeded ? "Succeeded" : "Failed" });
    },
    dispatched: metrics.counter({
      name: "stills_captures_dispatched_total",
      help: "Capture requests stored on STILLS_CAPTURES",
    }),
    waited: metrics.histogram({
      name: "stills_job_wait_seconds",
      help: "How long an attempt waited for a slot until its capture request was stored, by the class of its job",
      labels: { priority: jobPriorities },
      buckets: [0.05, 0.25, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 3600],
    }),
    lostJobs: metrics.counter({
      name: "stills_jobs_lost_total",
      help: "Jobs that were dispatched again because their capture request was lost",
    }),
    results: metrics.counter({
      name: "stills_results_total",
      help: "Results from workers and gateways, by what happened to them",
      labels: { outcome: resultOutcomes },
    }),
    ...createQuestionMetrics(metrics),
    ...createDeliveryMetrics(metrics),
    statusRefused: metrics.counter({
      name: "stills_status_refused_total",
      help: "Status writes that the API server's validation refused (422): the CRD does not fit the controller",
    }),
    ...createStateMetrics(metrics),
    deleted: metrics.counter({
      name: "stills_jobs_deleted_total",
      help: "Finished jobs that were deleted",
    }),
    cachedPictures: metrics.counter({
      name: "stills_cached_pictures_total",
      help: "Pictures that were to be cached for equal calls, by whether they were",
      labels: { outcome: cacheOutcomes },
    }),
  };
}

/** What holds at the moment, and repairs of it. */
function createStateMetrics(
  metrics: Metrics,
): Pick<ControllerMetrics, "classHeld" | "objectStoreAvailable" | "streamsRecreated"> {
  return {
    classHeld: metrics.gauge({
      name: "stills_class_held",
      help: "1 while this installation holds its class of jobs; 0 while another does, or nobody is known to",
    }),
    objectStoreAvailable: metrics.gauge({
      name: "stills_object_store_available",
      help: "1 while the object store answers this replica rightly; 0 while it does not, and nothing is dispatched",
    }),
    streamsRecreated: metrics.counter({
      name: "stills_streams_recreated_total",
      help: "Streams that were created again, since NATS could not write to them any more",
      labels: { stream: streamNames },
    }),
  };
}

function createQuestionMetrics(metrics: Metrics): QuestionMetrics {
  return {
    uploadTickets: metrics.counter({
      name: "stills_upload_tickets_total",
      help: "Requests of workers for an upload ticket",
      labels: { outcome: ticketOutcomes },
    }),
    copyTickets: metrics.counter({
      name: "stills_copy_tickets_total",
      help: "Requests of workers for a ticket to put a picture into the bucket that its job names",
      labels: { outcome: ticketOutcomes },
    }),
    inputTickets: metrics.counter({
      name: "stills_input_tickets_total",
      help: "Requests of workers and gateways for a ticket to read or write content of jobs",
      labels: { outcome: ticketOutcomes },
    }),
    attemptRequests: metrics.counter({
      name: "stills_attempt_questions_total",
      help: "Requests of workers for the state of a redelivered attempt",
      labels: { answer: attemptAnswers },
    }),
    unsealRequests: metrics.counter({
      name: "stills_plaintext_questions_total",
      help: "Requests of workers for the sealed fields of an attempt",
      labels: { answer: plaintextAnswers },
    }),
    workerLogins: metrics.counter({
      name: "stills_worker_logins_total",
      help: "Connections to NATS that a pod's token was to vouch for; Failed: the API server could not be asked",
      labels: { outcome: loginOutcomes },
    }),
  };
}
