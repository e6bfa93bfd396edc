import { findFreePort } from "../../../src/local/servers/free-port.ts";
import type { Installation } from "./installation.ts";
import { RoleProcess } from "./role-process.ts";

/** `stills gateway` as a process, beside others of its kind, so that a test can kill it. */
export class GatewayProcess extends RoleProcess {
  #port = 0;

  static async start(
    installation: Installation,
    settings: Record<string, string> = {},
    kubeconfigPath = installation.kube.kubeconfig,
  ): Promise<GatewayProcess> {
    const port = await findFreePort();
    const { environment, secrets } = installation.roleSettings("gateway");
    const spawned = await RoleProcess.spawn({
      role: "gateway",
      environment: {
        ...environment,
        KUBECONFIG: kubeconfigPath,
        STILLS_ACCOUNTS_NAMESPACE: installation.accountsNamespace,
        STILLS_CLASS_NAME: installation.className,
        STILLS_GATEWAY_HOST: "127.0.0.1",
        STILLS_GATEWAY_PORT: String(port),
        STILLS_GATEWAY_LEAVE_SECONDS: "0",
        STILLS_GATEWAY_DRAIN_SECONDS: "1",
        STILLS_EGRESS_URL: "http://127.0.0.1:1",
        ...settings,
      },
      secrets: {
        ...secrets,
        STILLS_LINK_KEY_FILE: installation.controllerConfig().webhooks.linkKey,
        STILLS_JOB_PROOF_KEY_FILE: installation.keys.jobProof.key,
      },
    });
    const gateway = new GatewayProcess(...spawned);
    gateway.#port = port;
    try {
      await gateway.#untilListening();
      return gateway;
    } catch (thrown) {
      await gateway[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async #untilListening(): Promise<void> {
    await this.eventually("the gateway listens", async () => {
      const answer = await fetch(`${this.url}/docs/errors`).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok;
    });
  }
}
