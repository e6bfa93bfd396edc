import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** Label name → every value it can have. */
type LabelSets = Readonly<Record<string, readonly string[]>>;
type LabelsOf<Sets extends LabelSets> = { [Name in keyof Sets]: Sets[Name][number] };

interface MetricDeclaration<Sets extends LabelSets> {
  name: string;
  /** For someone who has not read the code. */
  help: string;
  labels?: Sets;
}

export interface CounterMetric<Sets extends LabelSets> {
  increment(labels?: LabelsOf<Sets>, by?: number): void;
}

export interface GaugeMetric<Sets extends LabelSets> {
  set(value: number, labels?: LabelsOf<Sets>): void;
  increment(labels?: LabelsOf<Sets>, by?: number): void;
}

export interface HistogramMetric<Sets extends LabelSets> {
  observe(value: number, labels?: LabelsOf<Sets>): void;
}

type NoLabels = Record<never, never>;

/**
 * Milliseconds between two measurements of the event loop's delay, which the reported delay includes. The library's default of 10
 * costs every idle process 4 ms of CPU time a second.
 */
const eventLoopMonitoringPrecision = 100;

/** The metrics of one process. Label values are closed sets, and every combination is there from the start, at zero. */
export class Metrics {
  readonly #registry = new Registry();

  /** The process's own metrics (CPU, memory, event loop delay, garbage collection) are included. */
  constructor(options: { processMetrics: boolean } = { processMetrics: true }) {
    if (options.processMetrics)
      collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision });
  }

  counter<const Sets extends LabelSets = NoLabels>(
    declaration: MetricDeclaration<Sets>,
  ): CounterMetric<Sets> {
    const counter = new Counter({ ...this.#common(declaration) });
    for (const labels of combinations(declaration.labels ?? {})) counter.inc(labels, 0);
    return { increment: (labels, by = 1) => counter.inc(labels ?? {}, by) };
  }

  /** With `read`, the value is asked for whenever the page is (only without labels). */
  gauge<const Sets extends LabelSets = NoLabels>(
    declaration: MetricDeclaration<Sets> & { read?: () => number },
  ): GaugeMetric<Sets> {
    const { read } = declaration;
    const gauge = new Gauge({
      ...this.#common(declaration),
      ...(read !== undefined && {
        collect(this: Gauge) {
          this.set(read());
        },
      }),
    });
    if (read === undefined)
      for (const labels of combinations(declaration.labels ?? {})) gauge.set(labels, 0);
    return {
      set: (value, labels) => gauge.set(labels ?? {}, value),
      increment: (labels, by = 1) => gauge.inc(labels ?? {}, by),
    };
  }

  /** A gauge whose label values are names that come and go, such as pools; `read` returns the present ones. */
  gaugeByName(declaration: {
    name: string;
    help: string;
    label: string;
    read: () => Iterable<readonly [name: string, value: number]>;
  }): void {
    const { name, help, label, read } = declaration;
    this.#registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [],
        collect(this: Gauge) {
          this.reset();
          for (const [key, value] of read()) this.set({ [label]: key }, value);
        },
      }),
    );
  }

  histogram<const Sets extends LabelSets = NoLabels>(
    declaration: MetricDeclaration<Sets> & { buckets: readonly number[] },
  ): HistogramMetric<Sets> {
    const histogram = new Histogram({
      ...this.#common(declaration),
      buckets: [...declaration.buckets],
    });
    for (const labels of combinations(declaration.labels ?? {})) histogram.zero(labels);
    return { observe: (value, labels) => histogram.observe(labels ?? {}, value) };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The page Prometheus reads. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }

  #common(declaration: MetricDeclaration<LabelSets>) {
    return {
      name: declaration.name,
      help: declaration.help,
      labelNames: Object.keys(declaration.labels ?? {}),
      registers: [this.#registry],
    };
  }
}

function combinations(sets: LabelSets): Record<string, string>[] {
  let rows: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(sets))
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  return rows;
}
