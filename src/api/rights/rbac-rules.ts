import { kinds } from "../kinds/kinds.ts";
import { group } from "../settings/kubernetes-names.ts";

/** A rule of a Role or ClusterRole, as Kubernetes writes it. */
export interface RBACRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  /** Only these; `<fullname>` stands for the name of the installation, `<class>` for its class. */
  resourceNames?: string[];
}

export interface RBACRules {
  /** In every namespace. */
  cluster: RBACRule[];
  /** In the operator's own namespace. */
  operatorNamespace: RBACRule[];
  /** In the namespace of accounts and the Secrets that they name. */
  accountsNamespace: RBACRule[];
  /** In each namespace whose Secrets jobs may refer to. */
  tenantNamespace: RBACRule[];
  /** In every namespace, where the addresses of pods are to be known. */
  podAddresses?: RBACRule[];
  /** In `kube-node-lease`, where the kubelets' Leases are; only where NATS is the chart's. */
  nodeLeases?: RBACRule[];
}

const definitions = "apiextensions.k8s.io";
const nothing: RBACRules = {
  cluster: [],
  operatorNamespace: [],
  accountsNamespace: [],
  tenantNamespace: [],
};

/**
 * What each role may do on the API server: the one source for the chart and for the local composition. Workers and egress
 * have no access at all. Secrets of tenants can only be read by name, never listed: RBAC cannot look at labels. The gateway
 * watches those of the accounts' namespace, where nothing but credentials of accounts is, and reads no others.
 */
export const rbacRules: Readonly<
  Record<"controller" | "gateway" | "worker" | "egress" | "setup", RBACRules>
> = {
  controller: {
    cluster: [
      {
        apiGroups: [group],
        resources: ["screenshotjobs"],
        verbs: ["get", "list", "watch", "delete"],
      },
      { apiGroups: [group], resources: ["screenshotjobs/status"], verbs: ["patch"] },
      { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
      // To learn which worker's pod connects to NATS.
      { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
      // To claim its own class, and no other one that is held. RBAC cannot name what is yet to be made.
      { apiGroups: [group], resources: ["screenshotclasses"], verbs: ["create"] },
      {
        apiGroups: [group],
        resources: ["screenshotclasses"],
        resourceNames: ["<class>"],
        verbs: ["get", "update"],
      },
      // To say in an Account's status that the namespace of its jobs is missing, and to see whether the holder of the class is gone.
      { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
      // To tell egress which public addresses the cluster itself has.
      { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["servicecidrs"], verbs: ["list"] },
    ],
    operatorNamespace: [
      { apiGroups: [group], resources: ["browserpools"], verbs: ["list", "watch"] },
      { apiGroups: [group], resources: ["browserpools/status"], verbs: ["patch"] },
      {
        apiGroups: ["coordination.k8s.io"],
        resources: ["leases"],
        verbs: ["get", "create", "update"],
      },
      {
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: ["<fullname>-cluster-ranges"],
        verbs: ["patch"],
      },
      // To say that a pool's password of NATS is missing.
      { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
      // Deployments of pools. They go with their pool, by the owner reference.
      {
        apiGroups: ["apps"],
        resources: ["deployments"],
        verbs: ["get", "list", "watch", "create", "patch"],
      },
      { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["patch"] },
      { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: ["create", "patch"] },
      // To say why one does not run, which of them go first, and which of them NATS may let in; to delete one of NATS whose node is dead.
      { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch", "patch", "delete"] },
    ],
    accountsNamespace: [
      { apiGroups: [group], resources: ["accounts"], verbs: ["get", "list", "watch"] },
      { apiGroups: [group], resources: ["accounts/status"], verbs: ["patch"] },
      // To sign a webhook with the key of its account, and uploads to the account's bucket.
      { apiGroups: [""], resources: ["secrets"], verbs: ["get"] },
    ],
    tenantNamespace: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
    podAddresses: [{ apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] }],
    // To see whether the node of a pod of NATS is dead.
    nodeLeases: [{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get"] }],
  },
  gateway: {
    cluster: [
      {
        apiGroups: [group],
        resources: ["screenshotjobs"],
        verbs: ["create", "get", "list", "patch"],
      },
    ],
    operatorNamespace: [],
    accountsNamespace: [
      { apiGroups: [group], resources: ["accounts"], verbs: ["list", "watch"] },
      { apiGroups: [""], resources: ["secrets"], verbs: ["list", "watch"] },
    ],
    tenantNamespace: [],
  },
  worker: nothing,
  egress: nothing,
  // Runs before an installation or an upgrade, and ends. RBAC cannot name what is yet to be made, hence `create` alone.
  setup: {
    cluster: [
      { apiGroups: [definitions], resources: ["customresourcedefinitions"], verbs: ["create"] },
      {
        apiGroups: [definitions],
        resources: ["customresourcedefinitions"],
        resourceNames: kinds.map(({ plural }) => `${plural}.${group}`),
        verbs: ["get", "patch"],
      },
    ],
    operatorNamespace: [
      { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
      {
        apiGroups: [""],
        resources: ["secrets"],
        resourceNames: ["<fullname>-nats-tls"],
        verbs: ["get", "update"],
      },
      // To restart NATS after its certificate was renewed.
      {
        apiGroups: ["apps"],
        resources: ["deployments", "statefulsets"],
        resourceNames: ["<fullname>-nats"],
        verbs: ["get", "patch"],
      },
      // Accounts of earlier versions were here: they and the Secrets that they name, whatever these are called, are moved.
      { apiGroups: [group], resources: ["accounts"], verbs: ["list", "patch", "delete"] },
      { apiGroups: [""], resources: ["secrets"], verbs: ["get", "delete"] },
      // To see whether pods of the earlier version still run.
      {
        apiGroups: ["apps"],
        resources: ["deployments"],
        resourceNames: ["<fullname>-controller", "<fullname>-gateway"],
        verbs: ["get"],
      },
    ],
    accountsNamespace: [
      { apiGroups: [group], resources: ["accounts"], verbs: ["create", "get"] },
      { apiGroups: [group], resources: ["accounts/status"], verbs: ["patch"] },
      { apiGroups: [""], resources: ["secrets"], verbs: ["create", "get"] },
    ],
    tenantNamespace: [],
  },
};

/** The rules of an installation with this class. The chart puts it in by itself. */
export function rulesOfClass(rules: RBACRules, className: string): RBACRules {
  return JSON.parse(JSON.stringify(rules).replaceAll("<class>", className)) as RBACRules;
}
