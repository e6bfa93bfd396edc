import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { RegisterRoutes } from "../http/create-listener.ts";
import type { BucketMonitor } from "../take/bucket-monitor.ts";
import { AccountDirectory } from "./account-directory.ts";
import { AdmissionControl } from "./admission-control.ts";
import { registerUsageRoute } from "./usage-routes.ts";

export interface AccountsDependencies {
  accountsNamespace: string;
  transport: KubeTransport;
  nats: Nats;
  publisher: Publisher;
  bucketMonitor: BucketMonitor;
  clock: Clock;
  log: Logger;
}

export interface Accounts {
  accountDirectory: AccountDirectory;
  admissionControl: AdmissionControl;
  routes: RegisterRoutes;
}

/** Who may call, whether a call may create a job, and what an account has used. */
export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const { accountsNamespace, transport, nats, publisher, bucketMonitor, clock, log } = dependencies;
  const accountDirectory = new AccountDirectory({ transport, accountsNamespace, clock, log });
  return {
    accountDirectory,
    admissionControl: new AdmissionControl({ nats, publisher, bucketMonitor, clock }),
    routes: (app) => registerUsageRoute(app, { nats, accountDirectory }),
  };
}
