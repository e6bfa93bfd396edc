import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { WebhookWorld } from "./webhook-world.ts";
import { operatorNamespace } from "./webhook-world.ts";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));

/** `stills gateway` as a process of its own, so that it can be killed. */
export class GatewayProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor(world: WebhookWorld) {
    const { endpoint, region, bucket } = world.objects;
    this.#child = spawn(process.execPath, [main, "gateway"], {
      env: {
        KUBECONFIG: world.kube.kubeconfig,
        STILLS_OPERATOR_NAMESPACE: operatorNamespace,
        STILLS_METRICS_HOST: "127.0.0.1",
        STILLS_METRICS_PORT: "0",
        STILLS_NATS_URL: world.natsServer.url,
        STILLS_NATS_USER: "gateway",
        STILLS_NATS_PASSWORD_FILE: world.secretFile("gateway-password"),
        STILLS_GATEWAY_HOST: "127.0.0.1",
        STILLS_GATEWAY_PORT: "0",
        STILLS_LINK_KEY_FILE: world.secretFile("link-key"),
        STILLS_EGRESS_URL: world.egressURL,
        STILLS_WEBHOOK_ALLOW_HTTP: "true",
        STILLS_STORE_ENDPOINT: endpoint,
        STILLS_STORE_REGION: region,
        STILLS_STORE_BUCKET: bucket,
        STILLS_STORE_ACCESS_KEY_ID_FILE: world.secretFile("store-access-key-id"),
        STILLS_STORE_SECRET_ACCESS_KEY_FILE: world.secretFile("store-secret-access-key"),
      },
      stdio: [
        "ignore",
        process.env["STILLS_TEST_LOG"] === undefined ? "ignore" : "inherit",
        "inherit",
      ],
    });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
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
  }
}
