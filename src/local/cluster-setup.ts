import { readFile } from "node:fs/promises";
import { rbacRules, rulesOfClass } from "../api/rights/rbac-rules.ts";
import type { RBACRule, RBACRules } from "../api/rights/rbac-rules.ts";
import { defaultClassName } from "../api/settings/kubernetes-names.ts";
import { installCRDs } from "../platform/kube/crd-installer.ts";
import { ResourceClient } from "../platform/kube/resource-client.ts";
import type { KubeObject } from "../platform/kube/kube-object.ts";
import type { ResourceType } from "../platform/kube/resource-type.ts";
import {
  accountType,
  browserPoolType,
  namespaceType,
  secretType,
} from "../platform/kube/resources.ts";
import type { KubeTransport } from "../platform/kube/transport.ts";
import { systemClock } from "../platform/process/clock.ts";
import { readCRDTexts } from "../platform/kube/crd-files.ts";
import type { DataDirectory } from "./data-directory.ts";
import { accountsNamespace, jobsNamespace, operatorNamespace, poolName } from "./local-servers.ts";

type AnyObject = KubeObject & Record<string, unknown>;

const fieldManager = "stills-local";
const accountName = "local";
const credentialsSecretName = "local-account";

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" } as const;
const types = {
  clusterRole: { ...rbac, plural: "clusterroles", kind: "ClusterRole", namespaced: false },
  clusterRoleBinding: {
    ...rbac,
    plural: "clusterrolebindings",
    kind: "ClusterRoleBinding",
    namespaced: false,
  },
  role: { ...rbac, plural: "roles", kind: "Role", namespaced: true },
  roleBinding: { ...rbac, plural: "rolebindings", kind: "RoleBinding", namespaced: true },
} as const satisfies Record<string, ResourceType>;

/** Names in the client certificates, which the role bindings refer to. */
export const controllerUserName = "stills-controller";
export const gatewayUserName = "stills-gateway";

/** Applies what jobs need: kinds, namespaces, RBAC rules, a pool and an account. Safe to repeat. */
export async function setUpCluster(
  transport: KubeTransport,
  directory: DataDirectory,
  signal: AbortSignal,
): Promise<void> {
  const apply = async (type: ResourceType, object: AnyObject): Promise<void> => {
    const client = new ResourceClient<AnyObject>(transport, type);
    await client.apply(object, { fieldManager, signal, timeoutMilliseconds: 30_000 });
  };
  await installCRDs(transport, await readCRDTexts(), { fieldManager, clock: systemClock, signal });
  for (const name of [operatorNamespace, accountsNamespace, jobsNamespace])
    await apply(namespaceType, { metadata: { name } });
  await applyRights(
    apply,
    controllerUserName,
    rulesOfClass(rbacRules.controller, defaultClassName),
  );
  await applyRights(apply, gatewayUserName, rbacRules.gateway);
  await applyPoolAndAccount(apply, directory);
}

type Apply = (type: ResourceType, object: AnyObject) => Promise<void>;

async function applyRights(apply: Apply, name: string, rules: RBACRules): Promise<void> {
  const subjects = [{ kind: "User", name, apiGroup: rbac.group }];
  await apply(types.clusterRole, { metadata: { name }, rules: rules.cluster });
  await apply(types.clusterRoleBinding, {
    metadata: { name },
    roleRef: { apiGroup: rbac.group, kind: "ClusterRole", name },
    subjects,
  });
  const inNamespace = async (namespace: string, granted: RBACRule[]): Promise<void> => {
    await apply(types.role, { metadata: { namespace, name }, rules: granted });
    await apply(types.roleBinding, {
      metadata: { namespace, name },
      roleRef: { apiGroup: rbac.group, kind: "Role", name },
      subjects,
    });
  };
  await inNamespace(operatorNamespace, rules.operatorNamespace);
  await inNamespace(accountsNamespace, rules.accountsNamespace);
  await inNamespace(jobsNamespace, rules.tenantNamespace);
}

async function applyPoolAndAccount(apply: Apply, directory: DataDirectory): Promise<void> {
  const pool = { namespace: operatorNamespace, name: poolName };
  await apply(browserPoolType, { metadata: pool, spec: {} });
  const namespace = accountsNamespace;
  const read = async (name: string): Promise<string> =>
    (await readFile(await directory.secretFile(name))).toString("base64");
  await apply(secretType, {
    metadata: { namespace, name: credentialsSecretName },
    data: {
      accessKey: await read("account-access-key"),
      secretKey: await read("account-secret-key"),
    },
  });
  await apply(accountType, {
    metadata: { namespace, name: accountName },
    spec: {
      namespace: jobsNamespace,
      credentialsSecretRef: { name: credentialsSecretName },
      poolName,
    },
  });
}
