import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { subjects, uidOfSubject } from "../../src/api/messages/subjects.ts";
import { pictureHeaders } from "../../src/api/messages/picture-messages.ts";
import type { ScreenshotJob } from "../../src/api/kinds/resource-types.ts";
import { kubeCredentials } from "../../src/platform/kube/kube-credentials.ts";
import { collectionPath } from "../../src/platform/kube/resource-type.ts";
import { screenshotJobType } from "../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../src/platform/kube/transport.ts";
import { readWatchEvents } from "../../src/platform/kube/watch-events.ts";
import { createNats } from "../../src/platform/nats/connection.ts";
import { Publisher } from "../../src/platform/nats/publisher.ts";
import { eventually } from "../support/eventually.ts";
import type { LocalStills } from "../support/local-stills.ts";

/** When each step of a job was first seen from outside, in epoch milliseconds of the clock that log lines have. */
export interface JobTimeline {
  /** A watch of the API server shows the job. */
  created?: number;
  /** The controller's capture request is on NATS. */
  dispatched?: number;
  /** The first and the last chunk of the picture are on NATS. */
  firstBytes?: number;
  lastBytes?: number;
  /** The worker's result is on NATS: the picture is stored. */
  result?: number;
  /** The controller publishes that the status is written. */
  verdict?: number;
}

/** From the worker's log line of a capture. */
export interface CaptureTimings {
  beganMilliseconds: number;
  timingsMilliseconds: Record<string, number>;
}

/** Records the timelines of jobs as a client of the API server and of NATS that Stills does not know of. */
export class TimelineRecorder implements AsyncDisposable {
  readonly #stills: LocalStills;
  readonly #cleanup = new AsyncDisposableStack();
  readonly #byUID = new Map<string, JobTimeline>();

  private constructor(stills: LocalStills) {
    this.#stills = stills;
  }

  static async start(stills: LocalStills): Promise<TimelineRecorder> {
    const recorder = new TimelineRecorder(stills);
    await recorder.#subscribe();
    await recorder.#watchJobs();
    return recorder;
  }

  /** The timeline of the job that was created since then. Waits until its verdict is published. */
  async timelineSince(epochMilliseconds: number): Promise<{ uid: string; timeline: JobTimeline }> {
    return await eventually("the job's verdict", async () => {
      for (const [uid, timeline] of this.#byUID)
        if ((timeline.created ?? 0) >= epochMilliseconds && timeline.verdict !== undefined)
          return { uid, timeline };
      return undefined;
    });
  }

  /** By the uid of the job. */
  async captureTimings(): Promise<Map<string, CaptureTimings>> {
    const text = await readFile(join(this.#stills.directory, "logs", "worker-1.log"), "utf8");
    const timings = new Map<string, CaptureTimings>();
    for (const line of text.split("\n")) {
      if (!line.includes('"message":"Captured page"')) continue;
      const { time, jobUID, durationSeconds, timingsMilliseconds } = JSON.parse(line);
      const beganMilliseconds = Date.parse(time) - durationSeconds * 1000;
      timings.set(jobUID, { beganMilliseconds, timingsMilliseconds });
    }
    return timings;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }

  async #subscribe(): Promise<void> {
    const { natsURL, natsUser, natsPasswordFile } = await this.#stills.coordinates();
    const silent = { info() {}, warn() {}, error() {} };
    const nats = createNats({
      url: natsURL,
      user: natsUser,
      passwordFile: natsPasswordFile,
      name: "bench",
      inboxPrefix: "_INBOX",
      log: silent,
    });
    await nats.start(AbortSignal.timeout(30_000));
    this.#cleanup.defer(() => nats.stop());
    const publisher = new Publisher(nats);
    for (const [subject, moment] of [
      [subjects.allCaptures, "dispatched"],
      [subjects.allResults, "result"],
      [subjects.allVerdicts, "verdict"],
    ] as const)
      publisher.subscribeBytes(subject, (message) => {
        this.#record(uidOfSubject(message.subject) ?? "", moment);
      });
    const uidOfToken = new Map<string, string>();
    publisher.subscribeBytes(subjects.allBytes, ({ subject, headers }) => {
      const head = headers[pictureHeaders.head];
      if (head !== undefined) uidOfToken.set(subject, (JSON.parse(head) as { uid: string }).uid);
      const uid = uidOfToken.get(subject) ?? "";
      if (head !== undefined) this.#record(uid, "firstBytes");
      this.#timelineOf(uid).lastBytes = Date.now();
    });
    await publisher.flush();
  }

  async #watchJobs(): Promise<void> {
    const { kubeconfig, namespace } = await this.#stills.coordinates();
    const transport = new KubeTransport(kubeCredentials(kubeconfig));
    const ending = new AbortController();
    const stream = await transport.openStream({
      method: "GET",
      verb: "watch",
      path: collectionPath(screenshotJobType, namespace),
      query: { watch: true, allowWatchBookmarks: true, timeoutSeconds: 3600 },
      signal: ending.signal,
    });
    const reading = this.#readJobs(stream.chunks).catch((thrown: unknown) => {
      if (!ending.signal.aborted) throw thrown;
    });
    this.#cleanup.defer(async () => {
      ending.abort();
      await reading;
      await transport.close();
    });
  }

  async #readJobs(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const { type, object } of readWatchEvents<ScreenshotJob>(chunks))
      if (type === "ADDED") this.#record(object.metadata.uid, "created");
  }

  #record(uid: string, moment: keyof JobTimeline): void {
    this.#timelineOf(uid)[moment] ??= Date.now();
  }

  #timelineOf(uid: string): JobTimeline {
    const timeline = this.#byUID.get(uid) ?? {};
    this.#byUID.set(uid, timeline);
    return timeline;
  }
}
