import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../../../src/local/servers/free-port.ts";
import { eventually } from "../eventually.ts";
import type { Installation } from "./installation.ts";
import { operatorNamespace } from "./installation.ts";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const linkKey = "l".repeat(32);

/** `stills gateway` as a process of its own, beside others of its kind. */
export class GatewayProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(url: string, child: ChildProcess, directory: string) {
    this.url = url;
    this.#child = child;
    this.#directory = directory;
  }

  static async start(
    world: Installation,
    settings: Record<string, string> = {},
  ): Promise<GatewayProcess> {
    const directory = await mkdtemp(join(tmpdir(), "stills-test-gateway-"));
    const file = async (name: string, content: string): Promise<string> => {
      const path = join(directory, name);
      await writeFile(path, content, { mode: 0o600 });
      return path;
    };
    const { endpoint, region, bucket, accessKeyID, secretAccessKey } = world.objects;
    const { user, password } = world.credentialsOf("gateway");
    const port = await findFreePort();
    const env = {
      KUBECONFIG: world.kube.kubeconfig,
      STILLS_OPERATOR_NAMESPACE: operatorNamespace,
      STILLS_METRICS_HOST: "127.0.0.1",
      STILLS_METRICS_PORT: "0",
      STILLS_NATS_URL: world.natsServer.url,
      STILLS_NATS_USER: user,
      STILLS_NATS_PASSWORD_FILE: await file("nats", password),
      STILLS_GATEWAY_HOST: "127.0.0.1",
      STILLS_GATEWAY_PORT: String(port),
      STILLS_GATEWAY_LEAVE_SECONDS: "0",
      STILLS_GATEWAY_DRAIN_SECONDS: "1",
      STILLS_LINK_KEY_FILE: await file("link", linkKey),
      STILLS_EGRESS_URL: "http://127.0.0.1:1",
      STILLS_STORE_ENDPOINT: endpoint,
      STILLS_STORE_REGION: region,
      STILLS_STORE_BUCKET: bucket,
      STILLS_STORE_ACCESS_KEY_ID_FILE: await file("access", accessKeyID),
      STILLS_STORE_SECRET_ACCESS_KEY_FILE: await file("secret", secretAccessKey),
      ...settings,
    };
    const log = process.env["STILLS_TEST_LOG"] === undefined ? "ignore" : "inherit";
    const child = spawn(process.execPath, [main, "gateway"], {
      env,
      stdio: ["ignore", log, "inherit"],
    });
    const gateway = new GatewayProcess(`http://127.0.0.1:${port}`, child, directory);
    try {
      await gateway.#untilListening();
      return gateway;
    } catch (thrown) {
      await gateway[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Nothing of it runs any more when this resolves. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #untilListening(): Promise<void> {
    await eventually(
      "the gateway listens",
      async () => {
        const answer = await fetch(`${this.url}/docs/errors`).catch(() => undefined);
        await answer?.arrayBuffer();
        return answer?.ok;
      },
      { giveUp: () => (this.hasEnded ? "it has ended" : undefined) },
    );
  }
}
