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

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };

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
  return new KubeTransport(kubeCredentials(await issueLimitedUser(world, name, rights)));
}

/** The same with rights in the whole cluster beside these. Returns the path of the user's kubeconfig. */
export async function issueLimitedUser(
  world: Installation,
  name: string,
  rights: Readonly<Record<string, Rule[]>>,
  clusterRights: Rule[] = [],
): Promise<string> {
  if (clusterRights.length > 0) await grant(world, name, clusterRights);
  for (const [namespace, rules] of Object.entries(rights))
    await grant(world, name, rules, namespace);
  return await world.kube.issueKubeconfig({ name });
}

async function grant(
  world: Installation,
  name: string,
  rules: Rule[],
  namespace?: string,
): Promise<void> {
  const namespaced = namespace !== undefined;
  const prefix = namespaced ? "" : "Cluster";
  const create = async (kind: string, object: object): Promise<void> => {
    const type = { ...rbac, plural: `${kind.toLowerCase()}s`, kind, namespaced };
    await new ResourceClient<KubeObject>(world.transport, type).create(object as KubeObject);
  };
  const metadata = namespaced ? { namespace, name } : { name };
  await create(`${prefix}Role`, { metadata, rules });
  await create(`${prefix}RoleBinding`, {
    metadata,
    roleRef: { apiGroup: rbac.group, kind: `${prefix}Role`, name },
    subjects: [{ kind: "User", name, apiGroup: rbac.group }],
  });
}

/** Gives a user the rights of a ClusterRole in one namespace. Without kube-controller-manager those that are put together are empty. */
export async function bindClusterRole(
  world: Installation,
  user: string,
  { namespace, role }: { namespace: string; role: string },
): Promise<void> {
  const type = { ...rbac, plural: "rolebindings", kind: "RoleBinding", namespaced: true };
  await new ResourceClient<KubeObject>(world.transport, type).create({
    metadata: { namespace, name: `${user}-cluster-role` },
    roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name: role },
    subjects: [{ kind: "User", name: user, apiGroup: rbac.group }],
  } as unknown as KubeObject);
}
