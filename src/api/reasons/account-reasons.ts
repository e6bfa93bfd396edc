/** Reasons of an account's condition `Ready`: whether calls with its keys are accepted, and why not. */
export const accountReasons = {
  AccountReady: "Keys, namespace and pool exist.",
  Suspended: "`spec.suspended` is true.",
  TargetsInvalid:
    "An entry of `spec.targets` is neither a host name nor a range of addresses. Calls are refused.",
  CredentialsMissing: "The Secret or one of its keys is missing or empty. Calls are refused.",
  StorageInvalid:
    "Pictures cannot go to the bucket of `spec.storage`: its Secret or a key is missing or empty. Other calls are accepted.",
  NamespaceMissing: "The namespace for jobs does not exist or is being deleted.",
  PoolMissing: "The BrowserPool named in `spec.poolName` does not exist.",
  NamespaceNotAllowed: "The pool does not accept jobs from the account's namespace.",
} as const;

export type AccountReason = keyof typeof accountReasons;
