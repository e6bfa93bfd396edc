import { readFile, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signLink } from "../../../src/gateway/take/signed-link.ts";
import { eventually } from "../../support/eventually.ts";
import { HeldPages } from "../../support/held-pages.ts";
import { LocalStills, type LocalCoordinates } from "../../support/local-stills.ts";
import { ScriptedDNS } from "../../support/scripted-dns.ts";
import { startSite, type Site } from "../../support/site/serve.ts";
import { TakeCaller } from "../../support/take-caller.ts";

const address = "127.0.53.32";
const accountsNamespace = "stills-accounts";

/** So many jobs may exist: more than the rows make. */
export const maxLiveJobs = 120;

/** The whole system with a site, an account for each row that needs one, and ways to take something away from it for a while. */
export class Stage implements AsyncDisposable {
  readonly stills: LocalStills;
  readonly at: LocalCoordinates;
  readonly site: Site;
  readonly held: HeldPages;
  readonly caller: TakeCaller;
  readonly #disposals: AsyncDisposableStack;

  private constructor(
    parts: Pick<Stage, "stills" | "at" | "site" | "held">,
    disposals: AsyncDisposableStack,
  ) {
    this.stills = parts.stills;
    this.at = parts.at;
    this.site = parts.site;
    this.held = parts.held;
    this.caller = new TakeCaller(parts.at);
    this.#disposals = disposals;
  }

  static async open(): Promise<Stage> {
    await using started = new AsyncDisposableStack();
    const site = started.use(await startSite({ host: address }));
    const held = await HeldPages.start(address);
    started.defer(async () => await held.stop());
    const names = started.use(
      await ScriptedDNS.start((name, type) =>
        name === "present.example" && type === "A"
          ? { addresses: [address] }
          : { responseCode: name === "present.example" ? 0 : 3 },
      ),
    );
    const stills = started.use(
      await LocalStills.start({
        env: {
          STILLS_EGRESS_ALLOW_CIDRS: `${address}/32`,
          STILLS_EGRESS_DNS_SERVERS: names.server,
          STILLS_MAX_LIVE_JOBS: String(maxLiveJobs),
        },
      }),
    );
    const at = await stills.coordinates();
    return new Stage({ stills, at, site, held }, started.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disposals[Symbol.asyncDispose]();
  }

  /** A page of the site. */
  page(path = "/shop"): string {
    return `${this.site.url}${path}`;
  }

  /** A page that is answered only when the test allows it. */
  heldPage(): string {
    return `http://${address}:${this.held.port}/`;
  }

  /** An account with its name as access key, once the gateway knows it. */
  async account(name: string, spec: Record<string, unknown>): Promise<TakeCaller> {
    const metadata = { namespace: accountsNamespace, name };
    const { namespace, gatewayURL } = this.at;
    const items = [
      {
        ...{ apiVersion: "v1", kind: "Secret", metadata },
        stringData: { accessKey: name, secretKey: `secret of ${name}` },
      },
      {
        ...{ apiVersion: "stills.dev/v1alpha1", kind: "Account", metadata },
        spec: { namespace, credentialsSecretRef: { name }, ...spec },
      },
    ];
    await this.stills.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const caller = new TakeCaller({ gatewayURL, accessKey: name });
    await eventually(`the gateway knows ${name}`, async () => {
      return (await caller.error({})).code !== "access_key_invalid";
    });
    return caller;
  }

  /** `/take` by a link of the account, with a signature that this key makes. */
  async signed(account: string, secretKey: string): Promise<Response> {
    const query = `access_key=${account}&url=${encodeURIComponent(this.page())}`;
    return await fetch(
      `${this.at.gatewayURL}/take?${query}&signature=${signLink(query, secretKey)}`,
    );
  }

  async post(body: Record<string, unknown>): Promise<Response> {
    return await fetch(`${this.at.gatewayURL}/take`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-access-key": this.at.accessKey },
      body: JSON.stringify(body),
    });
  }

  /** While the account's bucket has another name. */
  async withoutBucket<T>(work: () => Promise<T>): Promise<T> {
    const bucket = this.#bucketFolder();
    await rename(bucket, `${bucket}-away`);
    try {
      return await work();
    } finally {
      await rename(`${bucket}-away`, bucket);
      await this.#untilServed();
    }
  }

  /** While what is read of the bucket's pictures is an error of the store's disk: its link leads to itself. */
  async withBrokenPictures<T>(work: () => Promise<T>): Promise<T> {
    const pictures = join(this.#bucketFolder(), "artifacts");
    await rename(pictures, `${pictures}-away`);
    await symlink("artifacts", pictures);
    try {
      return await work();
    } finally {
      await unlink(pictures);
      await rename(`${pictures}-away`, pictures);
    }
  }

  /** While the controllers have a key that the store does not take. */
  async withWrongStoreKey<T>(work: () => Promise<T>): Promise<T> {
    const file = join(this.stills.directory, "secrets", "store-secret-access-key");
    const key = await readFile(file);
    const use = async (given: string | Buffer): Promise<void> => {
      await writeFile(file, given);
      for (const pid of (await this.stills.coordinates()).pids["controller"] ?? [])
        await this.stills.killAndAwaitReplacement("controller", pid);
    };
    await use("not-the-key-of-this-store");
    try {
      return await work();
    } finally {
      await use(key);
      await this.#untilServed();
    }
  }

  /** While the gateway may not create jobs. */
  async withoutRightToCreate<T>(work: () => Promise<T>): Promise<T> {
    const role = ["clusterrole", "stills-gateway"];
    const rules = await this.stills.kubectl("get", ...role, "-o", "jsonpath={.rules}");
    const patch = (value: string): Promise<string> =>
      this.stills.kubectl("patch", ...role, "--type", "merge", "-p", `{"rules":${value}}`);
    await patch(rules.replace('"create",', ""));
    try {
      return await work();
    } finally {
      await patch(rules);
      await this.#untilServed();
    }
  }

  /** While there are as many jobs as there may be. */
  async withTooManyJobs<T>(work: () => Promise<T>): Promise<T> {
    const { namespace } = this.at;
    const items = Array.from({ length: maxLiveJobs }, (_, number) => ({
      ...{ apiVersion: "stills.dev/v1alpha1", kind: "ScreenshotJob" },
      metadata: { namespace, name: `many-${number}`, labels: { many: "true" } },
      spec: { url: this.page(), suspend: true },
    }));
    await this.stills.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    try {
      return await work();
    } finally {
      await this.stills.kubectl("delete", "shot", "-n", namespace, "-l", "many=true");
      await this.#untilServed();
    }
  }

  /** What was given back is noticed a moment later. */
  async #untilServed(): Promise<void> {
    await eventually("calls are answered again", async () => {
      const stored = { url: this.page(), store: true, storage_path: "served" };
      const answer = await this.caller.take(stored);
      await answer.arrayBuffer();
      return answer.status === 200;
    });
  }

  #bucketFolder(): string {
    return join(this.stills.directory, "objects", "objects", this.at.objects.bucket);
  }
}
