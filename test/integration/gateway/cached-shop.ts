import assert from "node:assert/strict";
import type { CaptureRequest } from "../../../src/api/messages/capture-request.ts";
import { clockAhead } from "../../support/clock-ahead.ts";
import { FaultyStore } from "../../support/faulty-store.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, otherTenant, tenant } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import {
  uploadPicture,
  type Behaviour,
  type StubWorker,
} from "../../support/installation/stub-worker.ts";
import { createAccount } from "./callers.ts";

interface Caller {
  /** Of the gateways. */
  at?: number;
  account?: string;
  init?: RequestInit;
}

export interface Seen {
  status: number;
  headers: Headers;
  text: string;
  /** `X-Stills-Cache` */
  cache: string | null;
}

/**
 * Two gateways, of which the second reaches the object store through one that can fail, and accounts: shop and twin in one namespace,
 * elsewhere in another, poor with one request a month. Every render has bytes of its own.
 */
export class CachedShop implements AsyncDisposable {
  /** The controller's. */
  readonly clock = clockAhead();
  readonly world: Installation;
  readonly #parts = new AsyncDisposableStack();
  store!: FaultyStore;
  controller!: RunningController;
  worker!: StubWorker;
  gateways: GatewayProcess[] = [];
  renders = 0;
  #pages = 0;

  private constructor(world: Installation) {
    this.world = this.#parts.use(world);
  }

  static async start(): Promise<CachedShop> {
    const shop = new CachedShop(await Installation.start());
    try {
      await shop.#start();
      return shop;
    } catch (thrown) {
      await shop[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  async #start(): Promise<void> {
    const { world } = this;
    this.store = this.#parts.use(await FaultyStore.start(world.objects.endpoint));
    this.controller = this.#parts.use(world.startController(undefined, {}, this.clock));
    this.worker = this.#parts.use(await world.startWorker({ behave: this.paint }));
    for (const settings of [{}, { STILLS_STORE_ENDPOINT: this.store.endpoint }])
      this.gateways.push(this.#parts.use(await GatewayProcess.start(world, settings)));
    for (const name of ["shop", "twin"]) await createAccount(world, this.gateways, name);
    await createAccount(world, this.gateways, "elsewhere", { namespace: otherTenant });
    await createAccount(world, this.gateways, "poor", { limits: { requestsPerMonth: 1 } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  readonly paint: Behaviour = async (request: CaptureRequest, by: StubWorker) => {
    this.renders += 1;
    const text = `picture number ${this.renders} of the day`;
    return await uploadPicture(request, by, Buffer.from(text));
  };

  /** An address that no call has named before. */
  newPage(): string {
    this.#pages += 1;
    return `https://example.com/${this.#pages}`;
  }

  gateway(index: number): GatewayProcess {
    const found = this.gateways[index];
    assert.ok(found);
    return found;
  }

  async ask(
    options: Record<string, string>,
    { at = 0, account = "shop", init = {} }: Caller = {},
  ): Promise<Seen> {
    const query = new URLSearchParams({ access_key: account, cache: "true", ...options });
    return await seen(await fetch(`${this.gateway(at).url}/take?${query.toString()}`, init));
  }

  async post(body: object): Promise<Seen> {
    return await seen(
      await fetch(`${this.gateway(0).url}/take`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ access_key: "shop", ...body }),
      }),
    );
  }

  async jobCount(): Promise<number> {
    return (await this.world.jobs.list({ namespace: tenant })).items.length;
  }
}

export async function seen(answer: Response): Promise<Seen> {
  const { status, headers } = answer;
  const text = await answer.text();
  return { status, headers, text, cache: headers.get("x-stills-cache") };
}

/** The path of a link, since each gateway of these tests is reached under its own port. */
export function pathOf(link: unknown): string {
  return new URL(String(link)).pathname;
}
