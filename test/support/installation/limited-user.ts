import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import type { KubeObject } from "../../../src/platform/kube/kube-object.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import type { Installation } from "./installation.ts";

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const rbac = { group: "rbac.authorization.k8s.io", version: "v1", namespaced: true };

/** What the chart adds to the role `edit`. */
export const editRules: Rule[] = [
  {
    apiGroups: ["stills.dev"],
    resources: ["screenshotjobs"],
    verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
  },
];

/** A user of the cluster with rights in some namespaces and no others. Returns a connection as this user. */
export async function connectAsLimitedUser(
  world: Installation,
  name: string,
  rights: Readonly<Record<string, Rule[]>>,
): Promise<KubeTransport> {
  const create = async (plural: string, kind: string, object: object): Promise<void> => {
    const type = { ...rbac, plural, kind };
    await new ResourceClient<KubeObject>(world.transport, type).create(object as KubeObject);
  };
  const roleRef = { apiGroup: rbac.group, kind: "Role", name };
  const subjects = [{ kind: "User", name, apiGroup: rbac.group }];
  for (const [namespace, rules] of Object.entries(rights)) {
    const metadata = { namespace, name };
    await create("roles", "Role", { metadata, rules });
    await create("rolebindings", "RoleBinding", { metadata, roleRef, subjects });
  }
  return new KubeTransport(kubeCredentials(await world.kube.issueKubeconfig({ name })));
}
