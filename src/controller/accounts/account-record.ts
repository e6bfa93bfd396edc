import type {
  Account,
  AccountSpec,
  AccountUsage,
  Condition,
} from "../../api/kinds/resource-types.ts";

/** What the controller remembers of an account. */
export interface AccountRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly spec: AccountSpec;
  readonly usage: AccountUsage | undefined;
  readonly conditions: readonly Condition[];
}

export function projectAccount({ metadata, spec, status }: Account): AccountRecord {
  const { uid, namespace, name, resourceVersion, generation } = metadata;
  return {
    uid,
    namespace,
    name,
    resourceVersion,
    generation,
    spec,
    usage: status?.usage,
    conditions: status?.conditions ?? [],
  };
}
