import { namespaces, secrets } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import type { PoolDirectory } from "../pools/pool-directory.ts";
import { AccountReconciler } from "./account-reconciler.ts";
import type { Accounts } from "./create-accounts.ts";
import { QuotaService } from "./quota-service.ts";

/** What keeps the status of accounts and admits their jobs. Leader only. */
export interface AccountController {
  reconciler: AccountReconciler;
  quotaService: QuotaService;
}

interface AccountControllerDependencies {
  config: Pick<ControllerConfig, "accountsNamespace">;
  accounts: Accounts;
  jobs: JobCache;
  pools: PoolDirectory;
  transport: KubeTransport;
  nats: Nats;
  clock: Clock;
  log: Logger;
}

export function createAccountController(
  dependencies: AccountControllerDependencies,
): AccountController {
  const { config, accounts, jobs, pools, transport, nats, clock, log } = dependencies;
  const { cache, statusWriter } = accounts;
  const reconciler = new AccountReconciler({
    accounts: cache,
    statusWriter,
    pools,
    secrets: secrets(transport),
    namespaces: namespaces(transport),
    clock,
    log,
  });
  const quotaService = new QuotaService({
    nats,
    jobs,
    accounts: cache,
    accountsNamespace: config.accountsNamespace,
    statusWriter,
    clock,
    log,
  });
  return { reconciler, quotaService };
}
