import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiVersion, labels } from "../../../src/api/settings/keys.ts";
import { messageVersion } from "../../../src/api/messages/capture-messages.ts";
import type { CaptureOutcome } from "../../../src/api/messages/capture-messages.ts";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import type { Reason } from "../../../src/api/reasons/reasons.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import type {
  Account,
  BrowserPool,
  Condition,
  ScreenshotJob,
  ScreenshotJobSpec,
  WebhookSpec,
} from "../../../src/api/kinds/resource-types.ts";
import { runController } from "../../../src/controller/run.ts";
import { createAttemptToken } from "../../../src/controller/jobs/attempt-token.ts";
import { WebhookDispatcher } from "../../../src/gateway/webhooks/webhook-dispatcher.ts";
import { WebhookSender } from "../../../src/gateway/webhooks/webhook-sender.ts";
import { installCRDs } from "../../../src/platform/kube/crd-installer.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { isNotFound } from "../../../src/platform/kube/kube-error.ts";
import {
  accounts,
  browserPools,
  namespaces,
  screenshotJobs,
  secrets,
} from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import type { Nats } from "../../../src/platform/nats/connection.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import type { ObjectStore } from "../../../src/platform/objects/object-store.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import { Lifecycle } from "../../../src/platform/process/lifecycle.ts";
import { createLogger } from "../../../src/platform/process/logger.ts";
import { Metrics } from "../../../src/platform/process/metrics.ts";
import { clockAhead } from "../../support/clock-ahead.ts";
import { eventually } from "../../support/eventually.ts";
import { startKubeAPI, startNATS, startObjects } from "../../support/servers.ts";
import type { TestKubeAPI, TestNATS, TestObjects } from "../../support/servers.ts";
import { RunningEgress, tokenKey } from "../egress/egress-fixture.ts";

export const operatorNamespace = "stills-system";
export const tenant = "marketing";
export const otherTenant = "sales";
export const publicURL = "https://shots.example.com";
export const accountSecretKey = "the secret key of acme";

const kinds = ["screenshotjobs", "browserpools", "accounts"];
/** A pause of five seconds becomes one of a tenth of a second. */
const fiftiethOfPauses = () => -1.95;

type SecretFile =
  | "controller-password"
  | "gateway-password"
  | "link-key"
  | "store-access-key-id"
  | "store-secret-access-key";

export interface RunningController extends AsyncDisposable {
  /** The value of a metric line, as `name{labels}`. */
  metric(line: string): Promise<number>;
}

/** Real API server, NATS, S3 server and egress proxy; controllers and webhook senders as a test wants them, and no worker. */
export class WebhookWorld implements AsyncDisposable {
  readonly kube: TestKubeAPI;
  readonly natsServer: TestNATS;
  readonly objects: TestObjects;
  readonly egress: RunningEgress;
  readonly transport: KubeTransport;
  readonly nats: Nats;
  readonly publisher: Publisher;
  readonly store: ObjectStore;
  readonly attemptKey = randomBytes(32).toString("base64url");
  readonly linkKey = randomBytes(32).toString("base64url");
  readonly log = createLogger({
    component: "test",
    level: process.env["STILLS_TEST_LOG"] === undefined ? "silent" : "debug",
  });

  #directory = "";

  private constructor(servers: {
    kube: TestKubeAPI;
    natsServer: TestNATS;
    objects: TestObjects;
    egress: RunningEgress;
  }) {
    this.kube = servers.kube;
    this.natsServer = servers.natsServer;
    this.objects = servers.objects;
    this.egress = servers.egress;
    this.transport = new KubeTransport(kubeCredentials(this.kube.kubeconfig));
    this.store = createObjectStore(this.objects);
    this.nats = this.#connect("admin", this.natsServer);
    this.publisher = new Publisher(this.nats);
  }

  /** Webhooks may go to `allow` only. */
  static async start(allow: string[]): Promise<WebhookWorld> {
    const [kube, natsServer, objects, egress] = await Promise.all([
      startKubeAPI(),
      startNATS(),
      startObjects(),
      RunningEgress.start({ allow, config: { webhookAllowsHTTP: true } }),
    ]);
    const world = new WebhookWorld({ kube, natsServer, objects, egress });
    try {
      await world.#prepare();
      return world;
    } catch (thrown) {
      await world[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nats.stop();
    await this.transport.close();
    this.store.close();
    await this.egress[Symbol.asyncDispose]();
    await this.objects[Symbol.asyncDispose]();
    await this.natsServer[Symbol.asyncDispose]();
    await this.kube[Symbol.asyncDispose]();
    if (this.#directory !== "") await rm(this.#directory, { recursive: true, force: true });
  }

  /** The path of a file that holds a secret; roles read theirs from files. */
  secretFile(name: SecretFile): string {
    return join(this.#directory, name);
  }

  async #prepare(): Promise<void> {
    const signal = AbortSignal.timeout(60_000);
    this.#directory = await mkdtemp(join(tmpdir(), "stills-test-webhooks-"));
    const secrets: Record<SecretFile, string> = {
      "controller-password": this.#credentials("controller").password,
      "gateway-password": this.#credentials("gateway").password,
      "link-key": this.linkKey,
      "store-access-key-id": this.objects.accessKeyID,
      "store-secret-access-key": this.objects.secretAccessKey,
    };
    for (const [name, secret] of Object.entries(secrets))
      await writeFile(join(this.#directory, name), secret, { mode: 0o600 });
    await this.nats.start(signal);
    const texts = kinds.map((kind) =>
      readFile(new URL(`../../../crds/stills.dev_${kind}.yaml`, import.meta.url), "utf8"),
    );
    await installCRDs(this.transport, await Promise.all(texts), {
      ...{ fieldManager: "test", clock: systemClock, signal },
    });
    for (const name of [operatorNamespace, tenant, otherTenant])
      await namespaces(this.transport).create({ metadata: { name } });
    await browserPools(this.transport).create({
      apiVersion,
      kind: "BrowserPool",
      metadata: { namespace: operatorNamespace, name: "default" },
      spec: {},
    } as BrowserPool);
    await this.createAccount("acme", tenant, { secretKey: accountSecretKey });
  }

  get jobs() {
    return screenshotJobs(this.transport);
  }

  async createAccount(
    name: string,
    namespace: string,
    keys: Record<string, string>,
  ): Promise<void> {
    await this.createSecret(operatorNamespace, name, keys);
    await accounts(this.transport).create({
      apiVersion,
      kind: "Account",
      metadata: { namespace: operatorNamespace, name },
      spec: { namespace, credentialsSecretRef: { name } },
    } as Account);
  }

  async createSecret(
    namespace: string,
    name: string,
    stringData: Record<string, string>,
    usable = false,
  ): Promise<void> {
    await secrets(this.transport).create({
      metadata: {
        ...{ namespace, name },
        labels: usable ? { [labels.usableByJobs]: "true" } : {},
      },
      stringData,
    });
  }

  /** In this process; disposing it is an orderly stop. `ahead`: its clock. */
  startController(options: { aheadMilliseconds?: number } = {}): RunningController {
    const { log } = this;
    const clock = clockAhead(options.aheadMilliseconds);
    const lifecycle = new Lifecycle(log);
    const metrics = new Metrics({ processMetrics: false });
    const { endpoint, region, bucket, accessKeyID, secretAccessKey } = this.objects;
    const passwordFile = this.secretFile("controller-password");
    const running = runController(
      {
        probes: { host: "127.0.0.1", port: 0 },
        kubeconfigPath: this.kube.kubeconfig,
        operatorNamespace,
        nats: { url: this.natsServer.url, user: "controller", passwordFile },
        store: {
          ...{ endpoint, region, bucket, accessKeyID, secretAccessKey },
          publicEndpoint: endpoint,
        },
        attemptKey: this.attemptKey,
        proxyKey: tokenKey,
        webhooks: { publicURL, linkKey: this.linkKey, horizonSeconds: 14_400 },
        streamReplicas: 1,
        maxLiveJobs: 20_000,
      },
      { log, clock, metrics, stopping: lifecycle.stopping, lifecycle },
    );
    // A controller that dies in a test is noticed when it is disposed of.
    running.catch(() => undefined);
    return {
      async metric(line) {
        const page = await metrics.text();
        const found = page.split("\n").find((text) => text.startsWith(`${line} `));
        return found === undefined ? Number.NaN : Number(found.slice(line.length + 1));
      },
      async [Symbol.asyncDispose]() {
        lifecycle.stop("the test is over");
        await running;
      },
    };
  }

  /** The gateway's loop, as its own NATS user. `ahead`: its clock, so that horizons need not be waited for. */
  async startSender(
    options: { aheadMilliseconds?: number; allowsHTTP?: boolean } = {},
  ): Promise<AsyncDisposable> {
    const nats = this.#connect("gateway", this.#credentials("gateway"));
    await nats.start(AbortSignal.timeout(60_000));
    const clock = clockAhead(options.aheadMilliseconds);
    const { log, store: objectStore, egressURL } = this;
    const sender = new WebhookSender({
      nats,
      objectStore,
      egressURL,
      allowsHTTP: options.allowsHTTP ?? true,
      clock,
      log,
      random: fiftiethOfPauses,
    });
    const loop = new WebhookDispatcher({
      nats,
      publisher: new Publisher(nats),
      sender,
      metrics: { delivered: () => undefined },
      clock,
      log,
      random: () => 0,
    });
    await loop.start();
    return {
      async [Symbol.asyncDispose]() {
        await loop.stop();
        await nats.stop();
      },
    };
  }

  get egressURL(): string {
    return `http://127.0.0.1:${this.egress.port}`;
  }

  async createJob(
    name: string,
    webhook: Partial<WebhookSpec>,
    spec: Partial<ScreenshotJobSpec> = {},
  ): Promise<ScreenshotJob> {
    return await this.jobs.create({
      apiVersion,
      kind: "ScreenshotJob",
      metadata: { namespace: tenant, name },
      spec: { url: "https://example.com/", webhook, ...spec },
    } as ScreenshotJob);
  }

  /** Does what a worker would: puts the picture into the object store and its result on the stream. */
  async capture(job: ScreenshotJob, bytes = Buffer.from("not really a picture")): Promise<void> {
    const key = `artifacts/${tenant}/${job.metadata.uid}/1.png`;
    const mediaType = "image/png";
    await this.store.put(key, bytes, { mediaType });
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const artifact = {
      ...{ bucket: this.store.bucket, key, digest, sizeBytes: bytes.length, mediaType },
      ...{ widthPixels: 4, heightPixels: 3 },
    };
    await this.#report(job, {
      ...{ kind: "Captured", artifact, timingsMilliseconds: {}, warnings: [] },
    });
  }

  async fail(job: ScreenshotJob, reason: Reason, message: string): Promise<void> {
    await this.#report(job, { kind: "Failed", reason, message });
  }

  async job(name: string): Promise<ScreenshotJob | undefined> {
    try {
      return await this.jobs.get({ namespace: tenant, name });
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  async untilNotified(name: string, status?: Condition["status"]): Promise<Condition> {
    return await eventually(`the webhook of ${name} is ${status ?? "final"}`, async () => {
      const condition = conditionOf(await this.job(name), "Notified");
      const wanted = status === undefined ? condition?.status !== "Unknown" : undefined;
      return wanted === true || condition?.status === status ? condition : undefined;
    });
  }

  async #report(job: ScreenshotJob, outcome: CaptureOutcome): Promise<void> {
    const { name, uid } = job.metadata;
    const result = {
      version: messageVersion,
      job: { namespace: tenant, name, uid },
      attempt: 1,
      attemptToken: createAttemptToken(this.attemptKey, uid, 1),
      ...{ worker: "test", pool: "default", outcome },
    };
    await this.publisher.publish(subjects.result(uid), result, { messageID: `test.${uid}` });
  }

  #credentials(user: string): { user: string; password: string } {
    const found = this.natsServer.users[user];
    if (found === undefined) throw new Error(`No NATS user ${user}`);
    return found;
  }

  #connect(name: string, { user, password }: { user: string; password: string }): Nats {
    const { url } = this.natsServer;
    const inbox = inboxPrefix(user, name);
    return createNats({ ...{ url, user, password, name, inboxPrefix: inbox, log: this.log } });
  }
}

export function conditionOf(job: ScreenshotJob | undefined, type: string): Condition | undefined {
  return job?.status?.conditions?.find((condition) => condition.type === type);
}
