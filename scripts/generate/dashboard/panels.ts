/** One panel: what it shows in which unit. Queries may use the dashboard's variables `$namespace` and `$pool`. */
export interface Panel {
  title: string;
  text: string;
  /** As Grafana calls it. */
  unit: string;
  /** Query → legend. */
  queries: Readonly<Record<string, string>>;
  stacked?: boolean;
  /** One number instead of a graph. */
  single?: boolean;
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

const own = 'namespace="$namespace"';
const pooled = 'namespace="$namespace", pool=~"$pool"';
/** Whatever else runs in the namespace has such metrics, too. */
const processes = `${own}, pod=~".*-(controller|gateway|egress|pool)-.*"`;
const perSecond = (metric: string, matchers = own): string =>
  `rate(${metric}{${matchers}}[$__rate_interval])`;
const sumBy = (labels: string, expression: string): string => `sum by (${labels}) (${expression})`;
const quantile = (share: number, labels: string, metric: string, matchers = own): string =>
  `histogram_quantile(${share}, ${sumBy(labels, perSecond(`${metric}_bucket`, matchers))})`;
const poolMaximum = (metric: string): string => `max by (pool) (${metric}{${pooled}})`;

const jobs: Row = {
  title: "Jobs",
  panels: [
    {
      title: "Leading controllers",
      text: "One leads; with none, jobs wait.",
      unit: "none",
      queries: { [`sum(stills_leader{${own}})`]: "leading" },
      single: true,
    },
    {
      title: "Pictures in the last hour",
      text: "Jobs that ended as Captured.",
      unit: "none",
      queries: {
        [`sum(increase(stills_jobs_finished_total{${own}, reason="Captured"}[1h]))`]: "pictures",
      },
      single: true,
    },
    {
      title: "Jobs that end, by reason",
      text: "The reasons are those of the condition Succeeded.",
      unit: "reqps",
      queries: {
        [`${sumBy("reason", perSecond("stills_jobs_finished_total"))} > 0`]: "{{reason}}",
      },
      stacked: true,
    },
    {
      title: "From creation to outcome",
      text: "Waiting, capturing and storing together.",
      unit: "s",
      queries: {
        [quantile(0.5, "le", "stills_job_duration_seconds")]: "median",
        [quantile(0.95, "le", "stills_job_duration_seconds")]: "95 %",
        [quantile(0.99, "le", "stills_job_duration_seconds")]: "99 %",
      },
    },
    {
      title: "Captures sent and sent again",
      text: "Lost: the capture had gone from NATS. No job is lost by that.",
      unit: "reqps",
      queries: {
        [`sum(${perSecond("stills_captures_dispatched_total")})`]: "dispatched",
        [`sum(${perSecond("stills_jobs_lost_total")})`]: "lost",
        [`sum(${perSecond("stills_queue_redeliveries_total")})`]: "delivered again",
      },
    },
    {
      title: "Results of workers",
      text: "What the controller made of them.",
      unit: "reqps",
      queries: { [`${sumBy("outcome", perSecond("stills_results_total"))} > 0`]: "{{outcome}}" },
      stacked: true,
    },
  ],
};

const pools: Row = {
  title: "Pools",
  panels: [
    {
      title: "Jobs that wait",
      text: "For a slot of their pool.",
      unit: "none",
      queries: { [poolMaximum("stills_pool_queued_jobs")]: "{{pool}}" },
    },
    {
      title: "The oldest job that waits",
      text: "How long it has waited.",
      unit: "s",
      queries: { [poolMaximum("stills_pool_oldest_queued_seconds")]: "{{pool}}" },
    },
    {
      title: "Wait for a slot, by class (95 %)",
      text: "Until the capture was sent to a worker. Synchronous is what callers of /take feel.",
      unit: "s",
      queries: { [quantile(0.95, "le, priority", "stills_job_wait_seconds")]: "{{priority}}" },
    },
    {
      title: "The oldest job of each class",
      text: "How long it has waited, whatever its pool.",
      unit: "s",
      queries: { [`max by (priority) (stills_oldest_wait_seconds{${own}})`]: "{{priority}}" },
    },
    {
      title: "Slots",
      text: "What ready workers offer, and what is in use.",
      unit: "none",
      queries: {
        [poolMaximum("stills_pool_slots")]: "{{pool}}: offered",
        [poolMaximum("stills_pool_busy_slots")]: "{{pool}}: busy",
      },
    },
    {
      title: "Pods",
      text: "Wanted by the controller, there, and ready.",
      unit: "none",
      queries: {
        [poolMaximum("stills_pool_desired_replicas")]: "{{pool}}: wanted",
        [poolMaximum("stills_pool_replicas")]: "{{pool}}: there",
        [poolMaximum("stills_pool_ready_replicas")]: "{{pool}}: ready",
      },
    },
  ],
};

const workers: Row = {
  title: "Workers",
  panels: [
    {
      title: "Attempts by reason",
      text: "An attempt that failed may be tried again.",
      unit: "reqps",
      queries: {
        [`${sumBy("reason", perSecond("stills_capture_attempts_total", pooled))} > 0`]:
          "{{reason}}",
      },
      stacked: true,
    },
    {
      title: "Stages of a capture (95 %)",
      text: "Wait: for a page to be lent. Store: from the last pixel until the object is there.",
      unit: "s",
      queries: {
        [quantile(0.95, "le, stage", "stills_capture_stage_duration_seconds", pooled)]: "{{stage}}",
      },
    },
    {
      title: "Browsers replaced",
      text: "task_limit and age are planned.",
      unit: "reqps",
      queries: {
        [`${sumBy("cause", perSecond("stills_browser_restarts_total", pooled))} > 0`]: "{{cause}}",
      },
      stacked: true,
    },
    {
      title: "Memory of browsers",
      text: "Of each pod.",
      unit: "bytes",
      queries: { [`stills_browser_memory_bytes{${pooled}}`]: "{{pod}}" },
    },
    {
      title: "Processes of browsers",
      text: "A number that only grows means that processes are left behind.",
      unit: "none",
      queries: { [`stills_browser_processes{${pooled}}`]: "{{pod}}" },
    },
    {
      title: "Captures in progress",
      text: "And the slots that there are for them.",
      unit: "none",
      queries: {
        [`sum by (pool) (stills_captures_in_progress{${pooled}})`]: "{{pool}}: in progress",
        [`sum by (pool) (stills_worker_slots{${pooled}})`]: "{{pool}}: slots",
      },
    },
    {
      title: "Not captured",
      text: "Cancelled, finished elsewhere, handed back while draining, or taken by another worker.",
      unit: "reqps",
      queries: {
        [`${sumBy("cause", perSecond("stills_captures_skipped_total", pooled))} > 0`]: "{{cause}}",
      },
    },
    {
      title: "Bytes of pages",
      text: "Through the forwarders of workers.",
      unit: "Bps",
      queries: {
        [sumBy("direction", perSecond("stills_page_transfer_bytes_total", pooled))]:
          "{{direction}}",
      },
    },
    {
      title: "Size of pictures",
      text: "Median and 95 %.",
      unit: "bytes",
      queries: {
        [quantile(0.5, "le", "stills_picture_size_bytes", pooled)]: "median",
        [quantile(0.95, "le", "stills_picture_size_bytes", pooled)]: "95 %",
      },
    },
  ],
};

const gateway: Row = {
  title: "Gateway and webhooks",
  panels: [
    {
      title: "Answers",
      text: "By route and class of status.",
      unit: "reqps",
      queries: {
        [`${sumBy("route, status_class", perSecond("stills_gateway_requests_total"))} > 0`]:
          "{{route}} {{status_class}}",
      },
      stacked: true,
    },
    {
      title: "Time to answer (95 %)",
      text: "Synchronous calls of /take take as long as their picture.",
      unit: "s",
      queries: {
        [quantile(0.95, "le, route", "stills_gateway_request_duration_seconds")]: "{{route}}",
      },
    },
    {
      title: "Calls that wait for their picture",
      text: "Synchronous calls of /take.",
      unit: "none",
      queries: { [`stills_gateway_waiting_requests{${own}}`]: "{{pod}}" },
    },
    {
      title: "Tries of webhooks",
      text: "By what followed from them.",
      unit: "reqps",
      queries: {
        [`${sumBy("outcome", perSecond("stills_webhook_tries_total"))} > 0`]: "{{outcome}}",
      },
      stacked: true,
    },
    {
      title: "Webhooks that are over",
      text: "Exhausted: the receiver failed until the horizon.",
      unit: "reqps",
      queries: {
        [`${sumBy("outcome", perSecond("stills_deliveries_finished_total"))} > 0`]: "{{outcome}}",
        [`sum(${perSecond("stills_deliveries_published_total")})`]: "begun",
        [`sum(${perSecond("stills_deliveries_lost_total")})`]: "sent again by the controller",
      },
    },
  ],
};

const egress: Row = {
  title: "Egress proxy",
  panels: [
    {
      title: "Tunnels",
      text: "By how they ended. TargetNotAllowed: the address may not be visited.",
      unit: "reqps",
      queries: {
        [`${sumBy("class, outcome", perSecond("stills_egress_tunnels_total"))} > 0`]:
          "{{class}} {{outcome}}",
      },
      stacked: true,
    },
    {
      title: "Bytes",
      text: "Counted when a connection closes.",
      unit: "Bps",
      queries: {
        [sumBy("class, direction", perSecond("stills_egress_transferred_bytes_total"))]:
          "{{class}} {{direction}}",
      },
    },
    {
      title: "Refused tokens",
      text: "Only holders of a valid token get out.",
      unit: "reqps",
      queries: {
        [`${sumBy("problem", perSecond("stills_egress_refused_tokens_total"))} > 0`]: "{{problem}}",
      },
    },
    {
      title: "Names and connections",
      text: "Look-ups by where the answer came from, connections by how they went.",
      unit: "reqps",
      queries: {
        [sumBy("outcome", perSecond("stills_egress_name_lookups_total"))]: "name: {{outcome}}",
        [sumBy("outcome", perSecond("stills_egress_dial_duration_seconds_count"))]:
          "connection: {{outcome}}",
      },
    },
    {
      title: "Open",
      text: "Tunnels, and connections to origins.",
      unit: "none",
      queries: {
        [`sum(stills_egress_tunnels_open{${own}})`]: "tunnels",
        [`sum(stills_egress_origin_connections{${own}})`]: "connections",
      },
    },
  ],
};

const machinery: Row = {
  title: "API server and processes",
  panels: [
    {
      title: "Requests of the controller to the API server",
      text: "By verb and status; none: no answer came.",
      unit: "reqps",
      queries: {
        [`${sumBy("verb, status", perSecond("stills_kube_requests_total"))} > 0`]:
          "{{verb}} {{status}}",
      },
      stacked: true,
    },
    {
      title: "Time of a request (95 %)",
      text: "To the API server; of a watch, to its first byte.",
      unit: "s",
      queries: {
        [quantile(0.95, "le, verb", "stills_kube_request_duration_seconds")]: "{{verb}}",
      },
    },
    {
      title: "Objects in the cache",
      text: "Live jobs and pools, in each controller.",
      unit: "none",
      queries: { [`stills_kube_cache_records{${own}}`]: "{{pod}} {{resource}}" },
    },
    {
      title: "Watches opened again, lists read anew",
      text: "Ended is the usual end of a watch after some minutes.",
      unit: "reqps",
      queries: {
        [`${sumBy("resource, reason", perSecond("stills_kube_watch_restarts_total"))} > 0`]:
          "{{resource}}: watch, {{reason}}",
        [`${sumBy("resource, reason", perSecond("stills_kube_relists_total"))} > 0`]:
          "{{resource}}: list, {{reason}}",
      },
    },
    {
      title: "Status writes",
      text: "Refused: the CRD does not allow what the controller writes.",
      unit: "reqps",
      queries: {
        [`${sumBy("outcome", perSecond("stills_kube_status_writes_total"))} > 0`]: "{{outcome}}",
      },
    },
    {
      title: "Work queues",
      text: "Keys that wait, in each controller.",
      unit: "none",
      queries: { [`workqueue_depth{${own}, name=~"jobs|pools"}`]: "{{pod}} {{name}}" },
    },
    {
      title: "Silence of watches",
      text: "A bookmark comes about every minute.",
      unit: "s",
      queries: { [`stills_kube_last_bookmark_age_seconds{${own}}`]: "{{pod}} {{resource}}" },
    },
    {
      title: "CPU",
      text: "Of the Node.js processes, browsers not included.",
      unit: "none",
      queries: {
        [sumBy("pod", perSecond("process_cpu_seconds_total", processes))]: "{{pod}}",
      },
    },
    {
      title: "Memory",
      text: "Of the Node.js processes, browsers not included.",
      unit: "bytes",
      queries: { [`process_resident_memory_bytes{${processes}}`]: "{{pod}}" },
    },
    {
      title: "Event loop (99 %)",
      text: "How late timers are; a process that is late answers late.",
      unit: "s",
      queries: { [`nodejs_eventloop_lag_p99_seconds{${own}}`]: "{{pod}}" },
    },
  ],
};

/** Everything the dashboard shows, from what matters most to what explains it. */
export const rows: readonly Row[] = [jobs, pools, workers, gateway, egress, machinery];
