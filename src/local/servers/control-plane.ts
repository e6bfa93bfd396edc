import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { CertificateAuthority } from "../../platform/certificates/certificate-authority.ts";
import type { IssuedCertificate } from "../../platform/certificates/certificate-authority.ts";
import { createEtcd } from "./etcd.ts";
import { findFreePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

export interface ControlPlaneOptions {
  etcdBinary: string;
  kubeAPIServerBinary: string;
  /** Data, keys, kubeconfig files and logs go here; private to the user. */
  directory: string;
  fsync: boolean;
  /** Default: any free one. */
  port?: number;
  /** What kubectl takes when no `-n` is given; default: "default". */
  namespace?: string;
}

export interface ClientIdentity {
  /** Also the name of the kubeconfig file. */
  name: string;
  /** Default: the name. */
  userName?: string;
  groups?: readonly string[];
}

/** A real API server with its etcd: no other controller, so nothing deletes, schedules or rolls out by itself. */
export class ControlPlane {
  readonly url: string;
  readonly etcd: ServerProcess;
  readonly server: ServerProcess;
  readonly authorityPEM: string;
  /** A kubeconfig file that may do everything. */
  readonly adminKubeconfig: string;
  readonly #authority: CertificateAuthority;
  readonly #directory: string;
  readonly #namespace: string;

  private constructor(parts: {
    url: string;
    etcd: ServerProcess;
    server: ServerProcess;
    authority: CertificateAuthority;
    directory: string;
    namespace: string;
  }) {
    this.url = parts.url;
    this.etcd = parts.etcd;
    this.server = parts.server;
    this.#authority = parts.authority;
    this.authorityPEM = parts.authority.certificatePEM;
    this.#directory = parts.directory;
    this.#namespace = parts.namespace;
    this.adminKubeconfig = this.#kubeconfigPath("admin");
  }

  /** Writes keys and kubeconfig of the administrator; nothing is started yet. */
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

  /** A client certificate in a kubeconfig file of its own; what it may do is up to RBAC rules. Returns the path. */
  async issueKubeconfig(identity: ClientIdentity): Promise<string> {
    const issued = this.#authority.issue({
      commonName: identity.userName ?? identity.name,
      organizations: identity.groups ?? [],
    });
    return await this.#writeKubeconfig(identity.name, issued);
  }

  async #writeKubeconfig(name: string, issued: IssuedCertificate): Promise<string> {
    const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
    const kubeconfig = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "stills",
      clusters: [
        {
          name: "stills",
          cluster: {
            server: this.url,
            "certificate-authority-data": base64(this.authorityPEM),
          },
        },
      ],
      users: [
        {
          name,
          user: {
            "client-certificate-data": base64(issued.certificatePEM),
            "client-key-data": base64(issued.privateKeyPEM),
          },
        },
      ],
      contexts: [
        { name: "stills", context: { cluster: "stills", user: name, namespace: this.#namespace } },
      ],
    };
    const path = this.#kubeconfigPath(name);
    await writePrivate(path, `${JSON.stringify(kubeconfig, undefined, 2)}\n`);
    return path;
  }

  #kubeconfigPath(name: string): string {
    return join(this.#directory, `${name}.kubeconfig`);
  }
}

/** The group that the API server lets do everything. */
const administrators = "system:masters";

interface KeyFiles {
  authority: string;
  etcd: { certificate: string; privateKey: string };
  server: { certificate: string; privateKey: string };
  etcdClient: { certificate: string; privateKey: string };
  serviceAccountPrivate: string;
  serviceAccountPublic: string;
}

async function writeServerKeys(
  directory: string,
  authority: CertificateAuthority,
): Promise<KeyFiles> {
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

function apiServerArguments(options: {
  directory: string;
  port: number;
  files: KeyFiles;
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
    const ask = request(`${url}/readyz`, {
      ca: authority.certificatePEM,
      cert: client.certificatePEM,
      key: client.privateKeyPEM,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    });
    ask.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ask.on("error", reject);
    ask.end();
  });
}

async function writePrivate(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  await chmod(path, 0o600);
}
