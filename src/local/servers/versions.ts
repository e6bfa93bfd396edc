/**
 * Every server Stills runs locally, with its pin and the places it can be had from. The only file with such names. A
 * binary that is found and older than its pin is not used.
 */
export interface ServerSource {
  readonly version: string;
  /** Arguments that print the version. */
  readonly versionArguments: readonly string[];
  /** Go's own record in the binary, for programs whose own version output may be empty. */
  readonly goModule: string;
  readonly release: (machine: Machine) => Release;
  readonly build: GoBuild;
}

export interface Machine {
  /** Go's words. */
  readonly architecture: "amd64" | "arm64";
}

export interface Release {
  readonly url: string;
  /** A file whose lines are `<sha256>  <file name>`, or just the digest. */
  readonly checksumsURL: string;
  /** The file of the archive; absent where the download is the program itself. */
  readonly memberName?: string;
}

export interface GoBuild {
  readonly modulePath: string;
  readonly packagePath: string;
  readonly linkerFlags: string;
  /** Kubernetes' own module refers to its parts by folder; outside its repository they need a version each. */
  readonly replacesStaging?: boolean;
  /** Two cores, nothing cached. */
  readonly usualSeconds: number;
}

const kubernetes = "1.36.3";
const etcd = "3.6.7";
const natsServer = "2.15.1";
const versityGateway = "1.8.0";

export const serverNames = [
  "etcd",
  "kube-apiserver",
  "kubectl",
  "nats-server",
  "versitygw",
] as const;
export type ServerName = (typeof serverNames)[number];

export const serverSources: Readonly<Record<ServerName, ServerSource>> = {
  etcd: {
    version: etcd,
    versionArguments: ["--version"],
    goModule: "go.etcd.io/etcd/server/v3",
    release: ({ architecture }) =>
      githubRelease(
        `etcd-io/etcd/releases/download/v${etcd}`,
        `etcd-v${etcd}-linux-${architecture}.tar.gz`,
        "SHA256SUMS",
        "etcd",
      ),
    build: {
      modulePath: "go.etcd.io/etcd/server/v3",
      packagePath: "go.etcd.io/etcd/server/v3",
      linkerFlags: "-s -w",
      usualSeconds: 40,
    },
  },
  "kube-apiserver": kubernetesProgram("kube-apiserver", ["--version"], 180),
  kubectl: kubernetesProgram("kubectl", ["version", "--client"], 60),
  "nats-server": {
    version: natsServer,
    versionArguments: ["--version"],
    goModule: "github.com/nats-io/nats-server/v2",
    release: ({ architecture }) =>
      githubRelease(
        `nats-io/nats-server/releases/download/v${natsServer}`,
        `nats-server-v${natsServer}-linux-${architecture}.tar.gz`,
        "SHA256SUMS",
        "nats-server",
      ),
    build: {
      modulePath: "github.com/nats-io/nats-server/v2",
      packagePath: "github.com/nats-io/nats-server/v2",
      linkerFlags: "-s -w",
      usualSeconds: 40,
    },
  },
  versitygw: {
    version: versityGateway,
    versionArguments: ["--version"],
    goModule: "github.com/versity/versitygw",
    release: ({ architecture }) =>
      githubRelease(
        `versity/versitygw/releases/download/v${versityGateway}`,
        `versitygw_v${versityGateway}_Linux_${architecture === "amd64" ? "x86_64" : architecture}.tar.gz`,
        "checksums.txt",
        "versitygw",
      ),
    build: {
      modulePath: "github.com/versity/versitygw",
      packagePath: "github.com/versity/versitygw/cmd/versitygw",
      linkerFlags: `-s -w -X main.Version=v${versityGateway}`,
      usualSeconds: 60,
    },
  },
};

/** `ip`, for tests on a machine without Debian's iproute2: u-root's, which does what they need of it. */
export const ipSource: Pick<ServerSource, "version" | "build"> = {
  version: "0.15.0",
  build: {
    modulePath: "github.com/u-root/u-root",
    packagePath: "github.com/u-root/u-root/cmds/core/ip",
    linkerFlags: "-s -w",
    usualSeconds: 15,
  },
};

function kubernetesProgram(
  name: string,
  versionArguments: readonly string[],
  usualSeconds: number,
): ServerSource {
  const version = `v${kubernetes}`;
  const minor = kubernetes.split(".")[1];
  return {
    version: kubernetes,
    versionArguments,
    goModule: "k8s.io/kubernetes",
    release: ({ architecture }) => {
      const url = `https://dl.k8s.io/release/${version}/bin/linux/${architecture}/${name}`;
      return { url, checksumsURL: `${url}.sha256` };
    },
    build: {
      modulePath: "k8s.io/kubernetes",
      packagePath: `k8s.io/kubernetes/cmd/${name}`,
      linkerFlags: [
        "-s -w",
        `-X k8s.io/component-base/version.gitVersion=${version}`,
        `-X k8s.io/component-base/version.gitMajor=1`,
        `-X k8s.io/component-base/version.gitMinor=${minor}`,
        `-X k8s.io/client-go/pkg/version.gitVersion=${version}`,
      ].join(" "),
      replacesStaging: true,
      usualSeconds,
    },
  };
}

function githubRelease(
  folder: string,
  archive: string,
  checksums: string,
  memberName: string,
): Release {
  const base = `https://github.com/${folder}`;
  return { url: `${base}/${archive}`, checksumsURL: `${base}/${checksums}`, memberName };
}
