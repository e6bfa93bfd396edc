import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { subjects, uidOfSubject } from "../../src/api/messages/subjects.ts";
import { pictureHeaders } from "../../src/api/messages/picture-messages.ts";
import type { ScreenshotJob } from "../../src/api/kinds/resource-types.ts";
import { kubeCredentials } from "../../src/platform/kube/kube-credentials.ts";
import { collectionPath } from "../../src/platform/kube/resource-client.ts";
import { screenshotJobType } from "../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../src/platform/kube/transport.ts";
import { readWatchEvents } from "../../src/platform/kube/watch-events.ts";
import { createNats } from "../../src/platform/nats/connection.ts";
import { Publisher } from "../../src/platform/nats/publisher.ts";
import { eventually } from "../support/eventually.ts";
import type { LocalStills } from "../support/local-stills.ts";

/** When what was first seen of a job from outside; epoch milliseconds, by the clock that log lines have. */
export interface Sightings {
  /** A watch of the API server shows the job. */
  created?: number;
  /** The controller's capture request is on NATS. */
  dispatched?: number;
  /** The first and the last piece of the picture are on NATS. */
  firstBytes?: number;
  lastBytes?: number;
  /** The worker's result is on NATS: the picture is stored. */
  result?: number;
  /** The controller says that the end is written. */
  verdict?: number;
}

/** What the worker's log says of a capture. */
export interface WorkerAccount {
  beganMilliseconds: number;
  timingsMilliseconds: Record<string, number>;
}

/** Watches jobs on their way through Stills, as one more client of the API server and of NATS; nothing in Stills knows of it. */
export class JourneyWatch implements AsyncDisposable {
  readonly #stills: LocalStills;
  readonly #cleanup = new AsyncDisposableStack();
  readonly #byUID = new Map<string, Sightings>();

  private constructor(stills: LocalStills) {
    this.#stills = stills;
  }

  static async start(stills: LocalStills): Promise<JourneyWatch> {
    const watch = new JourneyWatch(stills);
    await watch.#listenToNATS();
    await watch.#watchJobs();
    return watch;
  }

  /** Of the one job that was created since then; waits until its verdict was heard. */
  async journeySince(epochMilliseconds: number): Promise<{ uid: string; seen: Sightings }> {
    return await eventually("the job's verdict", async () => {
      for (const [uid, seen] of this.#byUID)
        if ((seen.created ?? 0) >= epochMilliseconds && seen.verdict !== undefined)
          return { uid, seen };
      return undefined;
    });
  }

  /** By the uid of the job. */
  async workerAccounts(): Promise<Map<string, WorkerAccount>> {
    const text = await readFile(join(this.#stills.directory, "logs", "worker-1.log"), "utf8");
    const accounts = new Map<string, WorkerAccount>();
    for (const line of text.split("\n")) {
      if (!line.includes('"message":"Captured page"')) continue;
      const { time, jobUID, durationSeconds, timingsMilliseconds } = JSON.parse(line);
      const beganMilliseconds = Date.parse(time) - durationSeconds * 1000;
      accounts.set(jobUID, { beganMilliseconds, timingsMilliseconds });
    }
    return accounts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }

  async #listenToNATS(): Promise<void> {
    const { natsURL, natsUser, natsPasswordFile } = await this.#stills.coordinates();
    const silent = { info() {}, warn() {}, error() {} };
    const nats = createNats({
      ...{ url: natsURL, user: natsUser, passwordFile: natsPasswordFile },
      ...{ name: "bench", inboxPrefix: "_INBOX", log: silent },
    });
    await nats.start(AbortSignal.timeout(30_000));
    this.#cleanup.defer(() => nats.stop());
    const publisher = new Publisher(nats);
    for (const [subject, sighting] of [
      [subjects.allCaptures, "dispatched"],
      [subjects.allResults, "result"],
      [subjects.allVerdicts, "verdict"],
    ] as const)
      publisher.subscribeBytes(subject, (message) => {
        this.#see(uidOfSubject(message.subject) ?? "", sighting);
      });
    const uidOfToken = new Map<string, string>();
    publisher.subscribeBytes(subjects.allBytes, ({ subject, headers }) => {
      const head = headers[pictureHeaders.head];
      if (head !== undefined) uidOfToken.set(subject, (JSON.parse(head) as { uid: string }).uid);
      const uid = uidOfToken.get(subject) ?? "";
      if (head !== undefined) this.#see(uid, "firstBytes");
      this.#seenOf(uid).lastBytes = Date.now();
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
      if (type === "ADDED") this.#see(object.metadata.uid, "created");
  }

  #see(uid: string, sighting: keyof Sightings): void {
    this.#seenOf(uid)[sighting] ??= Date.now();
  }

  #seenOf(uid: string): Sightings {
    const seen = this.#byUID.get(uid) ?? {};
    this.#byUID.set(uid, seen);
    return seen;
  }
}
