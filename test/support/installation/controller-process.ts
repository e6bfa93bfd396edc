import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "../eventually.ts";
import type { Installation } from "./installation.ts";
import { operatorNamespace } from "./installation.ts";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

/** `stills controller` as a process of its own, so that it can be killed. */
export class ControllerProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #messages: string[] = [];

  private constructor(child: ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
    if (child.stdout)
      createInterface({ input: child.stdout }).on("line", (line) => this.#hear(line));
  }

  static async start(world: Installation, kubeconfigPath?: string): Promise<ControllerProcess> {
    const directory = await mkdtemp(join(tmpdir(), "stills-test-controller-"));
    const file = async (name: string, content: string): Promise<string> => {
      const path = join(directory, name);
      await writeFile(path, content, { mode: 0o600 });
      return path;
    };
    const { nats, store, attemptKey, proxyKey, webhooks } = world.controllerConfig();
    const env = {
      KUBECONFIG: kubeconfigPath ?? world.kube.kubeconfig,
      STILLS_OPERATOR_NAMESPACE: operatorNamespace,
      STILLS_METRICS_HOST: "127.0.0.1",
      STILLS_METRICS_PORT: "0",
      STILLS_NATS_URL: nats.url,
      STILLS_NATS_USER: nats.user,
      STILLS_NATS_PASSWORD_FILE: await file("nats", nats.password ?? ""),
      STILLS_STORE_ENDPOINT: store.endpoint,
      STILLS_STORE_REGION: store.region,
      STILLS_STORE_BUCKET: store.bucket,
      STILLS_STORE_ACCESS_KEY_ID_FILE: await file("access", store.accessKeyID),
      STILLS_STORE_SECRET_ACCESS_KEY_FILE: await file("secret", store.secretAccessKey),
      STILLS_ATTEMPT_KEY_FILE: await file("attempt", attemptKey),
      STILLS_PROXY_KEY_FILE: await file("proxy", proxyKey),
      STILLS_LINK_KEY_FILE: await file("link", webhooks.linkKey),
    };
    const child = spawn(process.execPath, [main, "controller"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return new ControllerProcess(child, directory);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isLeading(): boolean {
    return this.#messages.includes("Leading");
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async untilLeading(): Promise<void> {
    await eventually("the controller leads", () => this.isLeading, {
      giveUp: () => (this.hasEnded ? "it has ended" : undefined),
    });
  }

  async untilReady(): Promise<void> {
    await eventually(
      "the controller has read everything",
      () => this.#messages.filter((message) => message === "Read all objects").length >= 3,
      { giveUp: () => (this.hasEnded ? "it has ended" : undefined) },
    );
  }

  /** SIGKILL: nothing of it runs any more when this resolves. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #hear(line: string): void {
    if (process.env["STILLS_TEST_LOG"] !== undefined) console.log(line);
    try {
      const { message } = JSON.parse(line) as { message?: string };
      if (message !== undefined) this.#messages.push(message);
    } catch {
      // No line of the log.
    }
  }
}
