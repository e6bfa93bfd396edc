import type { AccountReason } from "../../api/reasons/account-reasons.ts";
import type { AccountSpec, Condition } from "../../api/kinds/resource-types.ts";
import { targetsProblem } from "../../core/targets/account-targets.ts";
import type { PoolAdmission } from "../pools/pool-admission.ts";

/** What the readiness of an account depends on. */
export interface ObservedAccount {
  spec: AccountSpec;
  /** What is wrong with its Secret, if anything. */
  secret: "Missing" | { problem: string | undefined };
  /** What is wrong with the Secret of its `storage`, to follow its name; undefined if nothing is, or it has none. */
  storageProblem: string | undefined;
  namespace: "Active" | "Terminating" | "Missing";
  pool: PoolAdmission;
}

type Readiness = Pick<Condition, "status" | "message"> & { reason: AccountReason };

/** The condition `Ready` of an account: whether requests with its keys lead to pictures, and if not, what to do. */
export function accountReadiness(observed: ObservedAccount): Readiness {
  const problem = problemOf(observed);
  if (problem === undefined)
    return {
      status: "True",
      reason: "AccountReady",
      message: "Requests with its keys are accepted",
    };
  return { status: "False", reason: problem[0], message: problem[1] };
}

function problemOf(observed: ObservedAccount): [AccountReason, string] | undefined {
  const { spec, namespace, pool } = observed;
  const { poolName } = spec;
  if (spec.suspended === true)
    return ["Suspended", "`suspended` is true: its requests are refused until it is false"];
  const targets = targetsProblem(spec.targets);
  if (targets !== undefined) return ["TargetsInvalid", targets];
  const credentials = credentialsProblem(observed);
  if (credentials !== undefined) return ["CredentialsMissing", credentials];
  if (namespace !== "Active")
    return [
      "NamespaceMissing",
      namespace === "Missing"
        ? `The namespace '${spec.namespace}' does not exist: create it, or change \`namespace\``
        : `The namespace '${spec.namespace}' is being deleted`,
    ];
  if (pool === "Missing")
    return [
      "PoolMissing",
      `The BrowserPool '${poolName}' does not exist: create it, or change \`poolName\``,
    ];
  if (pool === "NamespaceNotAllowed")
    return [
      "NamespaceNotAllowed",
      `The BrowserPool '${poolName}' does not accept jobs of the namespace '${spec.namespace}': add it to the pool's \`allowedNamespaces\``,
    ];
  if (observed.storageProblem !== undefined)
    return [
      "StorageInvalid",
      `The Secret '${spec.storage?.credentialsSecretRef?.name}' of \`storage\` ${observed.storageProblem}`,
    ];
  return undefined;
}

function credentialsProblem({ spec, secret }: ObservedAccount): string | undefined {
  const { name } = spec.credentialsSecretRef;
  if (secret === "Missing")
    return `The Secret '${name}' does not exist in the namespace of the account: create it with the keys accessKey and secretKey`;
  if (secret.problem === undefined) return undefined;
  return `The Secret '${name}' ${secret.problem}`;
}
