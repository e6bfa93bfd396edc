import type { Variant } from "./variants.ts";
import { TimelineRecorder } from "./job-timeline.ts";
import type { JobTimeline, CaptureTimings } from "./job-timeline.ts";
import type { LocalStills } from "../support/local-stills.ts";

interface Observed {
  uid: string;
  sentMilliseconds: number;
  answeredMilliseconds: number;
  timeline: JobTimeline;
}

/** Enough for each process to compile the code it runs most. */
const warmUps = 10;

/**
 * Prints where the milliseconds of one `/take` go: one request at a time, in turn with raw puppeteer, as means, so that the lines add up to
 * the total. An observer sees each step slightly late, so a line may include a millisecond of the next one.
 */
export async function reportLatencyBreakdown(
  variants: { raw: Variant; take: Variant; stills: LocalStills },
  { page, requests }: { page: string; requests: number },
): Promise<void> {
  const { raw, take, stills } = variants;
  await using recorder = await TimelineRecorder.start(stills);
  for (let warm = 0; warm < warmUps; warm++) {
    const { sent } = await timed(take.urlOf(page));
    await recorder.timelineSince(sent);
    await timed(raw.urlOf(page));
  }
  const observed: Observed[] = [];
  const rawMilliseconds: number[] = [];
  for (let request = 0; request < requests; request++) {
    const { sent, answered } = await timed(take.urlOf(page));
    const { uid, timeline } = await recorder.timelineSince(sent);
    observed.push({ uid, timeline, sentMilliseconds: sent, answeredMilliseconds: answered });
    const alone = await timed(raw.urlOf(page));
    rawMilliseconds.push(alone.answered - alone.sent);
  }
  console.log(
    `\n${page}, one at a time, means of ${requests} (raw: ${ms(mean(rawMilliseconds))} ms)`,
  );
  print(observed, await recorder.captureTimings());
}

async function timed(url: string): Promise<{ sent: number; answered: number }> {
  const sent = Date.now();
  const response = await fetch(url);
  const body = await response.arrayBuffer();
  const answered = Date.now();
  if (response.status !== 200) throw new Error(Buffer.from(body).toString());
  return { sent, answered };
}

function print(requests: Observed[], timings: Map<string, CaptureTimings>): void {
  const parts = requests.flatMap((request) => {
    const timing = timings.get(request.uid);
    return timing === undefined ? [] : [partsOf(request, timing)];
  });
  const total = mean(requests.map((each) => each.answeredMilliseconds - each.sentMilliseconds));
  let rest = total;
  for (const name of Object.keys(parts[0]?.before ?? {})) {
    const value = mean(parts.map(({ before }) => before[name] ?? 0));
    rest -= value;
    line(name, value, total);
  }
  line("not explained", rest, total);
  line("all, as the caller sees it", total, total);
  console.log("Concurrently and afterwards, without delaying the caller:");
  for (const name of Object.keys(parts[0]?.after ?? {}))
    line(name, mean(parts.map(({ after }) => after[name] ?? 0)));
}

function partsOf(
  { timeline, sentMilliseconds, answeredMilliseconds }: Observed,
  { beganMilliseconds, timingsMilliseconds }: CaptureTimings,
): { before: Record<string, number>; after: Record<string, number> } {
  const { firstBytes = 0, lastBytes = 0, result = 0, verdict = 0 } = timeline;
  // The benchmark may have waited for a core before it saw them.
  const dispatched = Math.min(timeline.dispatched ?? beganMilliseconds, beganMilliseconds);
  const created = Math.min(timeline.created ?? dispatched, dispatched);
  const { wait = 0, navigate = 0, settle = 0, capture = 0 } = timingsMilliseconds;
  const captured = beganMilliseconds + wait + navigate + settle + capture;
  return {
    before: {
      "gateway checks, API server creates, watch shows": created - sentMilliseconds,
      "controller decides and dispatches": dispatched - created,
      "NATS carries, worker begins": beganMilliseconds - dispatched,
      "worker waits for a fresh page": wait,
      "browser opens the page, to its load event": navigate,
      "worker waits for fonts and images": settle,
      "browser draws and encodes": capture,
      "worker digests and sends, and all else it does": firstBytes - captured,
      "picture comes in over NATS": lastBytes - firstBytes,
      "gateway answers": answeredMilliseconds - lastBytes,
    },
    after: {
      "picture is stored, result is on NATS": result - lastBytes,
      "controller writes the status, verdict is out": verdict - result,
    },
  };
}

function line(name: string, milliseconds: number, total?: number): void {
  const share =
    total === undefined ? "" : `${((100 * milliseconds) / total).toFixed(1)} %`.padStart(8);
  console.log(`  ${name.padEnd(50)}${ms(milliseconds).padStart(8)} ms${share}`);
}

function ms(milliseconds: number): string {
  return milliseconds.toFixed(1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
