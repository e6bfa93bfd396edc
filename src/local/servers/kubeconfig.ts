import type { IssuedCertificate } from "../../platform/certificates/certificate-authority.ts";

interface KubeconfigOptions {
  /** Of the user; the certificate decides what the API server calls it. */
  name: string;
  /** URL of the API server. */
  server: string;
  namespace: string;
  authorityPEM: string;
  certificate: IssuedCertificate;
}

/** A kubeconfig file with one cluster and one user. JSON is YAML. */
export function kubeconfigText(options: KubeconfigOptions): string {
  const { name, server, namespace, authorityPEM, certificate } = options;
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "stills",
    clusters: [
      {
        name: "stills",
        cluster: { server, "certificate-authority-data": base64(authorityPEM) },
      },
    ],
    users: [
      {
        name,
        user: {
          "client-certificate-data": base64(certificate.certificatePEM),
          "client-key-data": base64(certificate.privateKeyPEM),
        },
      },
    ],
    contexts: [{ name: "stills", context: { cluster: "stills", user: name, namespace } }],
  };
  return `${JSON.stringify(kubeconfig, undefined, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
