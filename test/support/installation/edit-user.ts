import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import { screenshotJobs } from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import type { Installation } from "./installation.ts";

const rbac = { group: "rbac.authorization.k8s.io", version: "v1", namespaced: true };

/** A user of the cluster with what the chart adds to the role `edit`, in some namespaces, and nothing else. */
export class EditUser implements AsyncDisposable {
  readonly #transport: KubeTransport;

  private constructor(transport: KubeTransport) {
    this.#transport = transport;
  }

  static async create(
    world: Installation,
    name: string,
    allowed: readonly string[],
  ): Promise<EditUser> {
    const create = async (plural: string, kind: string, object: KubeObject): Promise<void> => {
      const type = { ...rbac, plural, kind };
      await new ResourceClient<KubeObject>(world.transport, type).create(object);
    };
    const verbs = ["get", "list", "watch", "create", "patch", "update", "delete"];
    const rules = [{ apiGroups: ["stills.dev"], resources: ["screenshotjobs"], verbs }];
    const roleRef = { apiGroup: rbac.group, kind: "Role", name };
    const subjects = [{ kind: "User", name, apiGroup: rbac.group }];
    for (const namespace of allowed) {
      const metadata = { namespace, name };
      await create("roles", "Role", { metadata, rules } as KubeObject);
      await create("rolebindings", "RoleBinding", { metadata, roleRef, subjects } as KubeObject);
    }
    const kubeconfig = await world.kube.issueKubeconfig({ name });
    return new EditUser(new KubeTransport(kubeCredentials(kubeconfig)));
  }

  get jobs() {
    return screenshotJobs(this.#transport);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport.close();
  }
}
