import { createHash } from "node:crypto";
import { annotations, apiVersion, labels } from "../../../src/api/settings/kubernetes-names.ts";
import { messageVersion } from "../../../src/api/messages/message-version.ts";
import type { CaptureOutcome } from "../../../src/api/messages/capture-result.ts";
import type { Reason } from "../../../src/api/reasons/reasons.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import type {
  Account,
  Artifact,
  Condition,
  ScreenshotJob,
  ScreenshotJobSpec,
  WebhookSpec,
} from "../../../src/api/kinds/resource-types.ts";
import { JobProofs } from "../../../src/core/tokens/job-proof.ts";
import { metadataOfArtifact } from "../../../src/controller/workers/upload-metadata.ts";
import { createAttemptToken } from "../../../src/controller/jobs/attempt-token.ts";
import { WebhookDispatcher } from "../../../src/gateway/webhooks/webhook-dispatcher.ts";
import { ReceiverPost } from "../../../src/gateway/webhooks/receiver-post.ts";
import { WebhookSender } from "../../../src/gateway/webhooks/webhook-sender.ts";
import { accounts, secrets } from "../../../src/platform/kube/resources.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import { clockAhead } from "../../support/clock-ahead.ts";
import { eventually } from "../../support/eventually.ts";
import { RunningEgress, tokenKey } from "../egress/egress-fixture.ts";

import { ControllerProcess } from "../../support/installation/controller-process.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import {
  Installation,
  accountsNamespace,
  tenant,
} from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { silentLog } from "../../support/silent-log.ts";

export const publicURL = "https://shots.example.com";
export const accountSecretKey = "the secret key of acme";

type JobByHand = Pick<ScreenshotJob["metadata"], "name" | "labels" | "annotations">;

/** A pause of five seconds becomes one of a tenth of a second. */
const fiftiethOfPauses = () => -1.95;

/** An installation with an egress proxy and an account: controllers and webhook senders as a test wants them, and no worker. */
export class WebhookInstallation implements AsyncDisposable {
  readonly installation: Installation;
  readonly publisher: Publisher;
  readonly #egress: RunningEgress;

  private constructor(installation: Installation, egress: RunningEgress) {
    this.installation = installation;
    this.publisher = new Publisher(installation.nats);
    this.#egress = egress;
  }

  /** Webhooks may go to `allow` only. */
  static async start(allow: string[]): Promise<WebhookInstallation> {
    await using stack = new AsyncDisposableStack();
    const installation = stack.use(await Installation.start());
    const config = { webhookAllowsHTTP: true };
    const egress = stack.use(await RunningEgress.start({ allow, config }));
    const made = new WebhookInstallation(installation, egress);
    await made.createAccount("acme", tenant, { secretKey: accountSecretKey });
    stack.move();
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#egress[Symbol.asyncDispose]();
    await this.installation[Symbol.asyncDispose]();
  }

  async createAccount(
    name: string,
    namespace: string,
    keys: Record<string, string>,
  ): Promise<void> {
    await this.createSecret(accountsNamespace, name, keys);
    await accounts(this.installation.transport).create({
      apiVersion,
      kind: "Account",
      metadata: { namespace: accountsNamespace, name },
      spec: { namespace, credentialsSecretRef: { name } },
    } as Account);
  }

  async createSecret(
    namespace: string,
    name: string,
    stringData: Record<string, string>,
    usable = false,
  ): Promise<void> {
    await secrets(this.installation.transport).create({
      metadata: {
        ...{ namespace, name },
        labels: usable ? { [labels.usableByJobs]: "true" } : {},
      },
      stringData,
    });
  }

  /** In this process; disposing it is an orderly stop. `aheadMilliseconds`: of its clock. */
  startController(
    options: { aheadMilliseconds?: number; horizonSeconds?: number } = {},
  ): RunningController {
    const { linkKey } = this.installation.controllerConfig().webhooks;
    const { horizonSeconds = 14_400 } = options;
    return this.installation.startController(
      undefined,
      { proxyKey: tokenKey, webhooks: { publicURL, linkKey, horizonSeconds } },
      clockAhead(options.aheadMilliseconds),
    );
  }

  /** A controller as a process, whose memory can be measured. */
  async startControllerProcess(): Promise<ControllerProcess> {
    return await ControllerProcess.start(this.installation, { proxyKey: tokenKey });
  }

  /** A gateway of its own, which delivers webhooks. */
  async startGateway(): Promise<GatewayProcess> {
    return await GatewayProcess.start(this.installation, {
      STILLS_EGRESS_URL: this.egressURL,
      STILLS_WEBHOOK_ALLOW_HTTP: "true",
    });
  }

  /** The gateway's loop, as its own NATS user. `ahead`: its clock, so that horizons need not be waited for. */
  async startSender(
    options: { aheadMilliseconds?: number; allowsHTTP?: boolean } = {},
  ): Promise<AsyncDisposable> {
    const nats = await this.installation.connect("gateway");
    const clock = clockAhead(options.aheadMilliseconds);
    const log = silentLog;
    const sender = new WebhookSender({
      nats,
      receiverPost: new ReceiverPost({
        webhookStore: this.installation.store,
        egressURL: this.egressURL,
        allowsHTTP: options.allowsHTTP ?? true,
        clock,
        log,
      }),
      clock,
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
    return `http://127.0.0.1:${this.#egress.port}`;
  }

  /** As a gateway does for a call of the account that the webhook names; without one, as a user with kubectl. */
  async createJob(
    name: string,
    webhook: Partial<WebhookSpec>,
    spec: Partial<ScreenshotJobSpec> = {},
  ): Promise<ScreenshotJob> {
    const whole = { url: "https://example.com/", webhook, ...spec };
    const account = webhook.accountName;
    if (account === undefined) return await this.createByHand({ name }, whole);
    const facts = { namespace: tenant, name, account, reply: undefined, spec: whole };
    const proof = new JobProofs(this.installation.keys.jobProof).create(facts);
    return await this.createByHand(
      {
        name,
        labels: { [labels.account]: account },
        annotations: { [annotations.proof]: proof },
      },
      whole,
    );
  }

  /** As a user with the right to create jobs, who can write any label and annotation. */
  async createByHand(metadata: JobByHand, spec: object): Promise<ScreenshotJob> {
    return await this.installation.jobs.create({
      apiVersion,
      kind: "ScreenshotJob",
      metadata: { namespace: tenant, ...metadata },
      spec,
    } as ScreenshotJob);
  }

  /** Does what a worker would: puts the picture into the object store and its result on the stream. */
  async capture(job: ScreenshotJob, bytes = Buffer.from("not really a picture")): Promise<void> {
    const artifact = this.#artifactOf(job, bytes);
    const { key, mediaType } = artifact;
    const metadata = metadataOfArtifact(job.metadata.uid, artifact);
    await this.installation.store.put(key, bytes, { mediaType, metadata });
    await this.reportPicture(job, artifact);
  }

  /** As a worker that says so; it is not looked at before it is needed. */
  async reportPicture(job: ScreenshotJob, changes: Partial<Artifact>): Promise<void> {
    const artifact = { ...this.#artifactOf(job, Buffer.alloc(0)), ...changes };
    await this.#report(job, {
      ...{ kind: "Captured", artifact, timingsMilliseconds: {}, warnings: [] },
    });
  }

  #artifactOf(job: ScreenshotJob, bytes: Buffer): Artifact {
    return {
      bucket: this.installation.store.bucket,
      key: keyOfPicture(job),
      digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
      sizeBytes: bytes.length,
      mediaType: "image/png",
      ...{ widthPixels: 4, heightPixels: 3 },
    };
  }

  async fail(
    job: ScreenshotJob,
    failure: { reason: Reason; message: string; returnedStatusCode?: number },
  ): Promise<void> {
    await this.#report(job, { kind: "Failed", ...failure });
  }

  async job(name: string): Promise<ScreenshotJob | undefined> {
    return await this.installation.job(name);
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
      attemptToken: createAttemptToken(this.installation.keys.attemptKey, uid, 1),
      ...{ worker: "test", pool: "default", outcome },
    };
    await this.publisher.publish(subjects.result(uid), result, { messageID: `test.${uid}` });
  }
}

/** Where `capture` puts the picture of a job. */
export function keyOfPicture(job: ScreenshotJob): string {
  return `artifacts/${tenant}/${job.metadata.uid}/1.png`;
}

export function conditionOf(job: ScreenshotJob | undefined, type: string): Condition | undefined {
  return job?.status?.conditions?.find((condition) => condition.type === type);
}
