import type { Account } from "../../api/kinds/resource-types.ts";
import type { KubeMetrics } from "../../platform/kube/kube-metrics.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import { accounts, accountType } from "../../platform/kube/resources.ts";
import { StatusWriter } from "../../platform/kube/status-writer.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { AccountCache } from "./account-cache.ts";
import { projectAccount } from "./account-record.ts";
import type { AccountRecord } from "./account-record.ts";

/** What every replica knows of accounts. */
export interface Accounts {
  client: ResourceClient<Account>;
  cache: AccountCache;
  /** Shared by the reconciler and the quota service, which write different fields. */
  statusWriter: StatusWriter<Account>;
}

export interface AccountsDependencies {
  accountsNamespace: string;
  transport: KubeTransport;
  kubeMetrics: KubeMetrics;
  clock: Clock;
  log: Logger;
}

export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const { accountsNamespace, transport, kubeMetrics, clock, log } = dependencies;
  const client = accounts(transport);
  const cache = new Reflector<Account, AccountRecord>({
    transport,
    type: accountType,
    namespace: accountsNamespace,
    project: projectAccount,
    metrics: kubeMetrics,
    clock,
    log,
  });
  return { client, cache, statusWriter: new StatusWriter(client, { metrics: kubeMetrics }) };
}
