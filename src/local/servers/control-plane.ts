import { mkdir } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { CertificateAuthority } from "../../platform/certificates/certificate-authority.ts";
import type { IssuedCertificate } from "../../platform/certificates/certificate-authority.ts";
import { writeServerKeys } from "./control-plane-keys.ts";
import type { ControlPlaneKeys } from "./control-plane-keys.ts";
import { createEtcd } from "./etcd.ts";
import { findFreePort } from "./free-port.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { writePrivate } from "./private-file.ts";
import { ServerProcess } from "./server-process.ts";

interface ControlPlaneOptions {
  etcdBinary: string;
  kubeAPIServerBinary: string;
  /** Data, keys, kubeconfig files and logs go here; private to the user. */
  directory: string;
  fsync: boolean;
  /** Default: any free one. */
  port?: number;
  /** The namespace of the kubeconfig files; default "default". */
  namespace?: string;
}

export interface ClientIdentity {
  /** Also the name of the kubeconfig file. */
  name: string;
  /** Default: the name. */
  userName?: string;
  groups?: readonly string[];
}

/** A kube-apiserver with its etcd, and no controller: nothing is scheduled, rolled out or garbage collected. */
export class ControlPlane {
  readonly url: string;
  readonly etcd: ServerProcess;
  readonly etcdURL: string;
  /** Data, keys (`keys/`), kubeconfig files and logs. */
  readonly directory: string;
  readonly server: ServerProcess;
  readonly authorityPEM: string;
  /** The kubeconfig file of a user with all rights. */
  readonly adminKubeconfig: string;
  readonly #authority: CertificateAuthority;
  readonly #namespace: string;

  private constructor(parts: {
    url: string;
    etcd: ServerProcess;
    etcdURL: string;
    server: ServerProcess;
    authority: CertificateAuthority;
    directory: string;
    namespace: string;
  }) {
    this.url = parts.url;
    this.etcd = parts.etcd;
    this.etcdURL = parts.etcdURL;
    this.server = parts.server;
    this.#authority = parts.authority;
    this.authorityPEM = parts.authority.certificatePEM;
    this.directory = parts.directory;
    this.#namespace = parts.namespace;
    this.adminKubeconfig = this.#kubeconfigPath("admin");
  }

  /** Writes the keys and the administrator's kubeconfig file; no server is started yet. */
  static async create(options: ControlPlaneOptions): Promise<ControlPlane> {
    const { directory } = options;
    const port = options.port ?? (await findFreePort());
    const url = `https://127.0.0.1:${port}`;
    await mkdir(join(directory, "keys"), { recursive: true, mode: 0o700 });
    const authority = new CertificateAuthority("stills-local");
    const admin = authority.issue({ commonName: "stills-admin", organizations: [administrators] });
    const files = await writeServerKeys(directory, authority);
    const etcd = await createEtcd({
      binary: options.etcdBinary,
      directory,
      certificateFile: files.etcd.certificate,
      privateKeyFile: files.etcd.privateKey,
      authorityFile: files.authority,
      fsync: options.fsync,
    });
    const server = new ServerProcess({
      name: "kube-apiserver",
      command: options.kubeAPIServerBinary,
      arguments: apiServerArguments({ directory, port, files, etcdURL: etcd.url }),
      logFile: join(directory, "kube-apiserver.log"),
      isReady: (signal) => answersReady(url, authority, admin, signal),
      readyTimeoutSeconds: 180,
      stopTimeoutSeconds: 30,
    });
    const namespace = options.namespace ?? "default";
    const api = new ControlPlane({
      url,
      etcd: etcd.process,
      etcdURL: etcd.url,
      server,
      authority,
      directory,
      namespace,
    });
    await api.#writeKubeconfig("admin", admin);
    return api;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.etcd.start(signal);
    try {
      await this.server.start(signal);
    } catch (thrown) {
      await this.etcd.stop();
      throw thrown;
    }
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.etcd.stop();
  }

  /** The path of a new kubeconfig file with a client certificate; RBAC rules give its user rights. */
  async issueKubeconfig(identity: ClientIdentity): Promise<string> {
    const issued = this.#authority.issue({
      commonName: identity.userName ?? identity.name,
      organizations: identity.groups ?? [],
    });
    return await this.#writeKubeconfig(identity.name, issued);
  }

  async #writeKubeconfig(name: string, issued: IssuedCertificate): Promise<string> {
    const path = this.#kubeconfigPath(name);
    await writePrivate(
      path,
      kubeconfigText({
        name,
        server: this.url,
        namespace: this.#namespace,
        authorityPEM: this.authorityPEM,
        certificate: issued,
      }),
    );
    return path;
  }

  #kubeconfigPath(name: string): string {
    return join(this.directory, `${name}.kubeconfig`);
  }
}

/** The API server gives this group all rights. */
const administrators = "system:masters";

function apiServerArguments(options: {
  directory: string;
  port: number;
  files: ControlPlaneKeys;
  etcdURL: string;
}): string[] {
  const { files } = options;
  return [
    `--etcd-servers=${options.etcdURL}`,
    `--etcd-cafile=${files.authority}`,
    `--etcd-certfile=${files.etcdClient.certificate}`,
    `--etcd-keyfile=${files.etcdClient.privateKey}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${options.port}`,
    // Nothing reaches this server through the Service "kubernetes", and its controller refuses loopback addresses.
    "--endpoint-reconciler-type=none",
    "--advertise-address=127.0.0.1",
    `--cert-dir=${join(options.directory, "keys")}`,
    `--tls-cert-file=${files.server.certificate}`,
    `--tls-private-key-file=${files.server.privateKey}`,
    `--client-ca-file=${files.authority}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.96.0.0/24",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${files.serviceAccountPublic}`,
    `--service-account-signing-key-file=${files.serviceAccountPrivate}`,
    "--profiling=false",
    "--v=1",
  ];
}

async function answersReady(
  url: string,
  authority: CertificateAuthority,
  client: IssuedCertificate,
  signal: AbortSignal,
): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const readiness = request(`${url}/readyz`, {
      ca: authority.certificatePEM,
      cert: client.certificatePEM,
      key: client.privateKeyPEM,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    });
    readiness.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    readiness.on("error", reject);
    readiness.end();
  });
}
