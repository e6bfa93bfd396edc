import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { CertificateAuthority } from "../../src/platform/certificates/certificate-authority.ts";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { BucketServer } from "../support/bucket-server.ts";
import { bucketServices } from "../support/shared-servers/shared-stills.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { EchoSite } from "../support/site/echo.ts";
import { TakeCaller, type TakeOptions } from "../support/take-caller.ts";

const { address, domain } = bucketServices;
const hosts = [
  address,
  ...["shots.s3", "s3.eu-central-1", "s3"].map((name) => `${name}.${domain}`),
];

/** Of a user who may put objects into the bucket `shots`, and do nothing else. */
export const putter = {
  accessKeyID: "own-buckets-putter",
  secretAccessKey: "own-buckets-putter-secret",
};

/** An account, a site, and S3 services of a customer: a good one, one that always fails, and one with a certificate of nobody. */
export class OwnBucketWorld implements AsyncDisposable {
  readonly stills: StillsTenant;
  readonly at: LocalCoordinates;
  readonly caller: TakeCaller;
  readonly site: EchoSite;
  readonly buckets: BucketServer;
  readonly failing: FailingService;
  readonly stranger: FailingService;
  readonly #stack: AsyncDisposableStack;

  private constructor(parts: {
    stills: StillsTenant;
    at: LocalCoordinates;
    site: EchoSite;
    buckets: BucketServer;
    failing: FailingService;
    stranger: FailingService;
    stack: AsyncDisposableStack;
  }) {
    this.stills = parts.stills;
    this.at = parts.at;
    this.caller = new TakeCaller(parts.at);
    this.site = parts.site;
    this.buckets = parts.buckets;
    this.failing = parts.failing;
    this.stranger = parts.stranger;
    this.#stack = parts.stack;
  }

  /** `name`: of the account, unique in the run. */
  static async start(name: string): Promise<OwnBucketWorld> {
    await using stack = new AsyncDisposableStack();
    const stills = stack.use(await StillsTenant.create(name));
    const site = stack.use(await EchoSite.start(address));
    const identity = { commonName: "buckets", hosts };
    const certificate = await stills.issueReceiverCertificate(identity);
    const strangers = new CertificateAuthority("nobody").issue(identity);
    const buckets = stack.use(
      await BucketServer.start({ address, certificate, domain: `s3.${domain}` }),
    );
    await buckets.createUser(putter);
    await buckets.createBucket("shots", [putter.accessKeyID]);
    await buckets.createBucket("closed", []);
    const failing = stack.use(await FailingService.start(certificate));
    const stranger = stack.use(await FailingService.start(strangers));
    const at = await stills.coordinates();
    return new OwnBucketWorld({
      ...{ stills, at, site, buckets, failing, stranger },
      stack: stack.move(),
    });
  }

  /** The address of a page. */
  page(name: string): string {
    return `http://${address}:${this.site.port}/${name}`;
  }

  visits(name: string): number {
    return this.site.heard.filter((request) => request.address === `${address}/${name}`).length;
  }

  /** Options of a call with keys of its own, to the bucket `shots` unless told otherwise. */
  stored(path: string, options: TakeOptions = {}): TakeOptions {
    return {
      ...{ url: this.page(path), format: "png", viewport_width: 320, viewport_height: 200 },
      ...{ store: true, storage_path: path, storage_bucket: "shots" },
      storage_endpoint: this.buckets.endpoint,
      storage_access_key_id: putter.accessKeyID,
      storage_secret_access_key: putter.secretAccessKey,
      ...options,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Answers 503 to everything. */
class FailingService implements AsyncDisposable {
  requests = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => {
      this.requests += 1;
      request.resume().once("end", () => {
        response.writeHead(503).end("<Error><Code>SlowDown</Code></Error>");
      });
    });
  }

  static async start(tls: {
    certificatePEM: string;
    privateKeyPEM: string;
  }): Promise<FailingService> {
    const server = createServer({ cert: tls.certificatePEM, key: tls.privateKeyPEM });
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return new FailingService(server);
  }

  get endpoint(): string {
    return `https://${address}:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
