import type {
  Account,
  AccountSpec,
  AccountUsage,
  Condition,
} from "../../api/kinds/resource-types.ts";
import type { KubeMetrics } from "../../platform/kube/kube-metrics.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import { accountType, accounts } from "../../platform/kube/resources.ts";
import { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";

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

/** The accounts of the operator's namespace. Two write their status, each its own fields: the desk and the reconciler. */
export interface WatchedAccounts {
  watch: Reflector<Account, AccountRecord>;
  writer: StatusWriter<Account>;
}

export function watchAccounts(
  kube: { transport: KubeTransport; clock: Clock; log: Logger; metrics: KubeMetrics },
  namespace: string,
): WatchedAccounts {
  const { transport, metrics } = kube;
  return {
    watch: new Reflector({ ...kube, type: accountType, namespace, project: projectAccount }),
    writer: new StatusWriter(accounts(transport), { metrics }),
  };
}

function projectAccount({ metadata, spec, status }: Account): AccountRecord {
  const { uid, namespace, name, resourceVersion, generation } = metadata;
  return {
    ...{ uid, namespace, name, resourceVersion, generation, spec },
    usage: status?.usage,
    conditions: status?.conditions ?? [],
  };
}
