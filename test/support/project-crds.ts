import { readFile } from "node:fs/promises";
import { fieldManager } from "../../src/api/settings/kubernetes-names.ts";
import { installCRDs } from "../../src/platform/kube/crd-installer.ts";
import { kubeCredentials } from "../../src/platform/kube/kube-credentials.ts";
import { KubeTransport } from "../../src/platform/kube/transport.ts";
import { systemClock } from "../../src/platform/process/clock.ts";

const files = ["screenshotjobs", "browserpools", "accounts"].map(
  (plural) => new URL(`../../crds/stills.dev_${plural}.yaml`, import.meta.url),
);

/** Installs the CRDs of `crds/`, and resolves once the API server serves their kinds. */
export async function installProjectCRDs(kubeconfig: string): Promise<void> {
  const transport = new KubeTransport(kubeCredentials(kubeconfig));
  try {
    await installCRDs(transport, await Promise.all(files.map((file) => readFile(file, "utf8"))), {
      fieldManager,
      clock: systemClock,
      signal: AbortSignal.timeout(60_000),
    });
  } finally {
    await transport.close();
  }
}
