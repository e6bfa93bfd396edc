import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Publisher } from "../../platform/nats/publisher.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { BucketMonitor } from "../take/bucket-monitor.ts";
import { AccountDirectory } from "./account-directory.ts";
import { AdmissionControl } from "./admission-control.ts";

export interface AccountsDependencies {
  operatorNamespace: string;
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
}

/** Who may call, and whether a call may create a job. */
export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const { operatorNamespace, transport, nats, publisher, bucketMonitor, clock, log } = dependencies;
  return {
    accountDirectory: new AccountDirectory({ transport, operatorNamespace, clock, log }),
    admissionControl: new AdmissionControl({ nats, publisher, bucketMonitor, clock }),
  };
}
