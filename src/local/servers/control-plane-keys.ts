import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import type {
  CertificateAuthority,
  IssuedCertificate,
} from "../../platform/certificates/certificate-authority.ts";
import { writePrivate } from "./private-file.ts";

/** Paths of PEM files. */
export interface ControlPlaneKeys {
  authority: string;
  etcd: { certificate: string; privateKey: string };
  server: { certificate: string; privateKey: string };
  etcdClient: { certificate: string; privateKey: string };
  serviceAccountPrivate: string;
  serviceAccountPublic: string;
}

/** Issues what etcd and kube-apiserver show each other, and the key pair of service account tokens. */
export async function writeServerKeys(
  directory: string,
  authority: CertificateAuthority,
): Promise<ControlPlaneKeys> {
  const path = (name: string): string => join(directory, "keys", name);
  const write = async (name: string, issued: IssuedCertificate) => {
    await writePrivate(path(`${name}.crt`), issued.certificatePEM);
    await writePrivate(path(`${name}.key`), issued.privateKeyPEM);
    return { certificate: path(`${name}.crt`), privateKey: path(`${name}.key`) };
  };
  await writePrivate(path("authority.crt"), authority.certificatePEM);
  const hosts = ["localhost", "127.0.0.1"];
  const serviceAccounts = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const privatePEM = serviceAccounts.privateKey.export({ type: "pkcs8", format: "pem" });
  const publicPEM = serviceAccounts.publicKey.export({ type: "spki", format: "pem" });
  await writePrivate(path("service-accounts.key"), privatePEM.toString());
  await writePrivate(path("service-accounts.pub"), publicPEM.toString());
  return {
    authority: path("authority.crt"),
    etcd: await write("etcd", authority.issue({ commonName: "etcd", hosts })),
    server: await write("server", authority.issue({ commonName: "kube-apiserver", hosts })),
    etcdClient: await write("etcd-client", authority.issue({ commonName: "kube-apiserver" })),
    serviceAccountPrivate: path("service-accounts.key"),
    serviceAccountPublic: path("service-accounts.pub"),
  };
}
