import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { apiVersion } from "../../../src/api/settings/kubernetes-names.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { KubeError } from "../../../src/platform/kube/kube-error.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { leaseKubeAPI } from "../../support/shared-servers/lease-kube-api.ts";
import type { CleanKubeAPI } from "../../support/shared-servers/lease-kube-api.ts";

const run = promisify(execFile);

export interface TestObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; resourceVersion?: string; generation?: number };
  spec: Record<string, unknown>;
  status?: Record<string, unknown> | null;
}

const plurals: Record<string, string> = {
  ScreenshotJob: "screenshotjobs",
  BrowserPool: "browserpools",
  Account: "accounts",
};

/** A real API server with the three definitions of crds/, and what a test says to it. */
export class CRDWorld implements AsyncDisposable {
  readonly transport: KubeTransport;
  readonly #servers: CleanKubeAPI;
  #jobs = 0;

  private constructor(servers: CleanKubeAPI) {
    this.#servers = servers;
    this.transport = new KubeTransport(kubeCredentials(servers.kubeconfig));
  }

  static async start(): Promise<CRDWorld> {
    return new CRDWorld(await leaseKubeAPI());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.close();
    await this.#servers[Symbol.asyncDispose]();
  }

  async createNamespace(name: string): Promise<void> {
    await this.transport.request({
      method: "POST",
      path: "/api/v1/namespaces",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    });
  }

  /** Creates an object as kubectl does: an unknown field is an error. */
  async create(object: TestObject, options: { dryRun?: boolean } = {}): Promise<TestObject> {
    return await this.transport.request<TestObject>({
      method: "POST",
      path: collectionOf(object),
      query: { fieldValidation: "Strict", ...(options.dryRun === true && { dryRun: "All" }) },
      body: object,
    });
  }

  async replace(object: TestObject, subresource: "" | "/status" = ""): Promise<TestObject> {
    return await this.transport.request<TestObject>({
      method: "PUT",
      path: `${collectionOf(object)}/${object.metadata.name}${subresource}`,
      query: { fieldValidation: "Strict" },
      body: object,
    });
  }

  async mergePatch(
    object: TestObject,
    patch: unknown,
    subresource: "" | "/status" | "/scale" = "",
  ): Promise<TestObject> {
    return await this.transport.request<TestObject>({
      method: "PATCH",
      path: `${collectionOf(object)}/${object.metadata.name}${subresource}`,
      query: { fieldValidation: "Strict" },
      contentType: "application/merge-patch+json",
      body: patch,
    });
  }

  /** A job that the server has stored, under a name of its own, with the status that it has reached. */
  async storedJob(
    spec: Record<string, unknown>,
    status?: Record<string, unknown>,
  ): Promise<TestObject> {
    this.#jobs += 1;
    const job = await this.create(aJob(`job-${this.#jobs}`, spec));
    return status === undefined ? job : await this.replace({ ...job, status }, "/status");
  }

  /** What kubectl prints, on stdout and stderr, and whether it was content. */
  async kubectl(args: string[], input = ""): Promise<{ ok: boolean; text: string }> {
    const all = ["--kubeconfig", this.#servers.kubeconfig, ...args];
    const running = run(this.#servers.kubectl, all, { timeout: 60_000 });
    running.child.stdin?.end(input);
    try {
      const { stdout, stderr } = await running;
      return { ok: true, text: stdout + stderr };
    } catch (thrown) {
      const { stdout = "", stderr = "" } = thrown as { stdout?: string; stderr?: string };
      return { ok: false, text: stdout + stderr };
    }
  }
}

/** The sentences with which the server refuses, or undefined when it does not. */
export async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (thrown) {
    if (thrown instanceof KubeError && (thrown.status === 422 || thrown.status === 400))
      return thrown.message;
    throw thrown;
  }
}

export function anObject(kind: string, name: string, spec: Record<string, unknown>): TestObject {
  return { apiVersion, kind, metadata: { name, namespace: "default" }, spec };
}

export function aJob(name: string, spec: Record<string, unknown>): TestObject {
  return anObject("ScreenshotJob", name, spec);
}

function collectionOf({ kind, metadata }: TestObject): string {
  const plural = plurals[kind];
  if (plural === undefined) throw new TypeError(`There is no kind '${kind}'`);
  return `/apis/${apiVersion}/namespaces/${metadata.namespace}/${plural}`;
}
