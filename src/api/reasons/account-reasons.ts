/** Why calls with an account's keys are taken or not: the reasons of its condition `Ready`. */
export const accountReasons = {
  AccountReady: "Keys, namespace and pool are there.",
  Suspended: "`spec.suspended` is true.",
  FieldNotServed: "The spec has a field that nothing acts on yet; its calls are refused.",
  CredentialsMissing: "The Secret or one of its keys is missing.",
  NamespaceMissing: "The namespace of its jobs does not exist, or is being deleted.",
  PoolMissing: "There is no BrowserPool of the name in `spec.poolName`.",
  NamespaceNotAllowed: "The pool does not take jobs of the account's namespace.",
} as const;

export type AccountReason = keyof typeof accountReasons;
