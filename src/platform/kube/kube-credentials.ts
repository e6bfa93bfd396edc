import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { apiServerOfPod } from "../process/pod-environment.ts";
import type { KubeCredentials } from "./cluster-access.ts";
import { serviceAccountCredentials } from "./service-account-credentials.ts";

/**
 * Credentials of a kubeconfig. Without a path and without one in the home folder: in a pod, those of its service account. The library that
 * reads a kubeconfig is loaded only for one, since it takes more memory than a role of ours.
 */
export function kubeCredentials(kubeconfigPath?: string): KubeCredentials {
  const account = serviceAccountCredentials(apiServerOfPod());
  const hasKubeconfig = kubeconfigPath !== undefined || existsSync(defaultKubeconfig());
  if (account !== undefined && !hasKubeconfig) return account;
  let kubeconfig: Promise<KubeCredentials> | undefined;
  return {
    async load(force) {
      kubeconfig ??= import("./kubeconfig-credentials.ts").then(({ kubeconfigCredentials }) =>
        kubeconfigCredentials(kubeconfigPath),
      );
      return await (await kubeconfig).load(force);
    },
  };
}

function defaultKubeconfig(): string {
  return join(homedir(), ".kube", "config");
}
