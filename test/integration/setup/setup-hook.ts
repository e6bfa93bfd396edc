import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rbacRules } from "../../../src/api/rights/rbac-rules.ts";
import type { RBACRule } from "../../../src/api/rights/rbac-rules.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import { namespaces } from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { startKubeAPI } from "../../support/servers.ts";
import type { TestKubeAPI } from "../../support/servers.ts";

type AnyObject = KubeObject & Record<string, unknown>;

export const namespace = "pictures";
export const accountsNamespace = "pictures-accounts";
export const fullname = "h-stills";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const user = "setup-hook";
const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;

/** `stills setup` as a process with exactly the rights that the chart gives it, and an API server of its own. */
export class SetupHook implements AsyncDisposable {
  readonly admin: KubeTransport;
  readonly #kube: TestKubeAPI;
  readonly #kubeconfig: string;
  readonly #folder: string;

  private constructor(kube: TestKubeAPI, admin: KubeTransport, kubeconfig: string, folder: string) {
    this.#kube = kube;
    this.admin = admin;
    this.#kubeconfig = kubeconfig;
    this.#folder = folder;
  }

  static async start(): Promise<SetupHook> {
    const folder = await mkdtemp(join(tmpdir(), "stills-test-setup-"));
    const kube = await startKubeAPI();
    const admin = new KubeTransport(kubeCredentials(kube.kubeconfig));
    const hook = new SetupHook(kube, admin, await kube.api.issueKubeconfig({ name: user }), folder);
    for (const name of [namespace, accountsNamespace])
      await namespaces(admin).create({ metadata: { name } });
    await hook.#grant(rbacRules.setup.cluster);
    await hook.#grant(rbacRules.setup.operatorNamespace, namespace);
    await hook.#grant(rbacRules.setup.accountsNamespace, accountsNamespace);
    return hook;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.close();
    await this.#kube[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** `stopWhen`: what the output has when the process gets SIGTERM. */
  async run(
    task: string,
    settings?: object,
    { stopWhen }: { stopWhen?: RegExp } = {},
  ): Promise<{ code: number | null; output: string }> {
    const file = join(this.#folder, "setup.yaml");
    await writeFile(file, JSON.stringify(settings ?? {}));
    const child = spawn(process.execPath, [main, "setup", task], {
      env: { ...process.env, KUBECONFIG: this.#kubeconfig, STILLS_SETUP_FILE: file },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        // Once, as the kubelet does it.
        if (!child.killed && stopWhen?.test(output) === true) child.kill("SIGTERM");
      });
    await once(child, "close");
    return { code: child.exitCode, output };
  }

  async #grant(rules: RBACRule[], place?: string): Promise<void> {
    const namespaced = place !== undefined;
    const kind = namespaced ? "Role" : "ClusterRole";
    const metadata = { name: user, ...(namespaced && { namespace: place }) };
    const named = rules.map((rule) => ({
      ...rule,
      ...(rule.resourceNames && {
        resourceNames: rule.resourceNames.map((name) => name.replace("<fullname>", fullname)),
      }),
    }));
    const client = (plural: string, of: string) =>
      new ResourceClient<AnyObject>(this.admin, { ...rbac, plural, kind: of, namespaced });
    await client(`${kind.toLowerCase()}s`, kind).create({ metadata, rules: named });
    await client(`${kind.toLowerCase()}bindings`, `${kind}Binding`).create({
      metadata,
      roleRef: { apiGroup: rbac.group, kind, name: user },
      subjects: [{ kind: "User", name: user, apiGroup: rbac.group }],
    });
  }
}
