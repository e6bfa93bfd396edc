import { fieldManager } from "../../src/api/settings/kubernetes-names.ts";
import { readCRDTexts } from "../../src/platform/kube/crd-files.ts";
import { installCRDs } from "../../src/platform/kube/crd-installer.ts";
import { kubeCredentials } from "../../src/platform/kube/kube-credentials.ts";
import { KubeTransport } from "../../src/platform/kube/transport.ts";
import { systemClock } from "../../src/platform/process/clock.ts";

/** Installs the CRDs of `crds/`, and resolves once the API server serves their kinds. */
export async function installProjectCRDs(kubeconfig: string): Promise<void> {
  const transport = new KubeTransport(kubeCredentials(kubeconfig));
  try {
    const signal = AbortSignal.timeout(60_000);
    await installCRDs(transport, await readCRDTexts(), {
      fieldManager,
      clock: systemClock,
      signal,
    });
  } finally {
    await transport.close();
  }
}
