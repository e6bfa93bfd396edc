import type { Installation } from "./installation.ts";
import { RoleProcess } from "./role-process.ts";

/** `stills controller` as a process, so that a test can kill it. */
export class ControllerProcess extends RoleProcess {
  static async start(
    installation: Installation,
    {
      kubeconfigPath = installation.kube.kubeconfig,
      natsURL = installation.natsServer.url,
      proxyKey = installation.keys.proxyKey,
      settings = {} as Record<string, string>,
    } = {},
  ): Promise<ControllerProcess> {
    const { attemptKey, jobProof, webhooks } = installation.controllerConfig();
    const { environment, secrets } = installation.roleSettings("controller");
    const spawned = await RoleProcess.spawn({
      role: "controller",
      environment: {
        ...environment,
        STILLS_NATS_URL: natsURL,
        KUBECONFIG: kubeconfigPath,
        STILLS_OPERATOR_NAMESPACE: installation.operatorNamespace,
        STILLS_CLASS_NAME: installation.className,
        STILLS_ACCOUNTS_NAMESPACE: installation.accountsNamespace,
        ...settings,
      },
      secrets: {
        ...secrets,
        STILLS_ATTEMPT_KEY_FILE: attemptKey,
        STILLS_PROXY_KEY_FILE: proxyKey,
        STILLS_LINK_KEY_FILE: webhooks.linkKey,
        STILLS_JOB_PROOF_KEY_FILE: jobProof.key,
      },
    });
    return new ControllerProcess(...spawned);
  }

  get isLeading(): boolean {
    return this.logged("Leading").length > 0;
  }

  async untilLeading(): Promise<void> {
    await this.eventually("the controller leads", () => this.isLeading);
  }

  /** Whether or not it leads, a controller reads every kind. */
  async untilReady(): Promise<void> {
    await this.eventually(
      "the controller has read all kinds",
      () => this.logged("Read all objects").length >= 3,
    );
  }
}
