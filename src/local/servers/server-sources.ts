import { fileURLToPath } from "node:url";
import type { GoProgram } from "./go-program.ts";
import { readGoPin } from "./go-program.ts";

export const serverNames = [
  "etcd",
  "kube-apiserver",
  "kubectl",
  "nats-server",
  "versitygw",
] as const;
export type ServerName = (typeof serverNames)[number];

/** Go's names of the processor types that Stills runs on. */
export type Architecture = "amd64" | "arm64";

/** Where the binary of a server comes from. */
export interface ServerSource {
  /** The pin, three numbers with dots: an older binary is not used. */
  readonly version: string;
  /** Arguments that print the version. */
  readonly versionArguments: readonly string[];
  readonly release: (architecture: Architecture) => Release;
  readonly program: GoProgram;
}

/** An official build. */
export interface Release {
  /** The program itself, or a `.tar.gz` that has it in some folder. */
  readonly url: string;
  /** A file whose lines are `<sha256>  <file name>`, or just the digest. */
  readonly checksumsURL: string;
}

interface ServerDescription {
  /** The folder of `modules/` whose go.mod pins it. */
  module: string;
  packagePath: string;
  versionArguments: readonly string[];
  usualSeconds: number;
  release: (version: string, architecture: Architecture) => Release;
  /** Linker variables for programs that would print no version otherwise. */
  variables?: (version: string) => Record<string, string>;
}

const descriptions: Readonly<Record<ServerName, ServerDescription>> = {
  etcd: {
    module: "etcd",
    packagePath: "go.etcd.io/etcd/server/v3",
    versionArguments: ["--version"],
    usualSeconds: 40,
    release: (version, architecture) => {
      const folder = `https://github.com/etcd-io/etcd/releases/download/v${version}`;
      return {
        url: `${folder}/etcd-v${version}-linux-${architecture}.tar.gz`,
        checksumsURL: `${folder}/SHA256SUMS`,
      };
    },
  },
  "kube-apiserver": kubernetesProgram("kube-apiserver", ["--version"], 180),
  kubectl: kubernetesProgram("kubectl", ["version", "--client"], 60),
  "nats-server": {
    module: "nats-server",
    packagePath: "github.com/nats-io/nats-server/v2",
    versionArguments: ["--version"],
    usualSeconds: 40,
    release: (version, architecture) => {
      const folder = `https://github.com/nats-io/nats-server/releases/download/v${version}`;
      return {
        url: `${folder}/nats-server-v${version}-linux-${architecture}.tar.gz`,
        checksumsURL: `${folder}/SHA256SUMS`,
      };
    },
  },
  versitygw: {
    module: "versitygw",
    packagePath: "github.com/versity/versitygw/cmd/versitygw",
    versionArguments: ["--version"],
    usualSeconds: 60,
    release: (version, architecture) => {
      const folder = `https://github.com/versity/versitygw/releases/download/v${version}`;
      const processor = architecture === "amd64" ? "x86_64" : architecture;
      return {
        url: `${folder}/versitygw_v${version}_Linux_${processor}.tar.gz`,
        checksumsURL: `${folder}/checksums.txt`,
      };
    },
    variables: (version) => ({ "main.Version": `v${version}` }),
  },
};

/** The source of a server at the version that its go.mod pins. */
export function serverSource(name: ServerName): ServerSource {
  const { module, packagePath, versionArguments, usualSeconds, release, variables } =
    descriptions[name];
  const moduleDirectory = fileURLToPath(new URL(`modules/${module}/`, import.meta.url));
  const { version } = readGoPin(moduleDirectory);
  return {
    version,
    versionArguments,
    release: (architecture) => release(version, architecture),
    program: { moduleDirectory, packagePath, usualSeconds, variables: variables?.(version) ?? {} },
  };
}

function kubernetesProgram(
  name: "kube-apiserver" | "kubectl",
  versionArguments: readonly string[],
  usualSeconds: number,
): ServerDescription {
  return {
    module: "kubernetes",
    packagePath: `k8s.io/kubernetes/cmd/${name}`,
    versionArguments,
    usualSeconds,
    release: (version, architecture) => {
      const url = `https://dl.k8s.io/release/v${version}/bin/linux/${architecture}/${name}`;
      return { url, checksumsURL: `${url}.sha256` };
    },
    variables: (version) => {
      const [major = "", minor = ""] = version.split(".");
      return {
        "k8s.io/component-base/version.gitVersion": `v${version}`,
        "k8s.io/component-base/version.gitMajor": major,
        "k8s.io/component-base/version.gitMinor": minor,
        "k8s.io/client-go/pkg/version.gitVersion": `v${version}`,
      };
    },
  };
}
