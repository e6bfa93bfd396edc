import type { JobProofs } from "../../core/tokens/job-proof.ts";
import { screenshotJobs } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import type { AdmissionControl } from "../accounts/admission-control.ts";
import type { RegisterRoutes } from "../http/create-listener.ts";
import { JobClient } from "./job-client.ts";
import type { GatewayConfig } from "../config.ts";
import { registerJobRoutes } from "./job-routes.ts";

export interface JobsDependencies {
  config: Pick<GatewayConfig, "className">;
  transport: KubeTransport;
  accountDirectory: AccountDirectory;
  admissionControl: AdmissionControl;
  jobProofs: JobProofs;
}

export interface Jobs {
  jobClient: JobClient;
  routes: RegisterRoutes;
}

/** The jobs of accounts: their native routes, and the client that `/take` uses too. */
export function createJobs({
  config,
  transport,
  accountDirectory,
  admissionControl,
  jobProofs,
}: JobsDependencies): Jobs {
  const jobClient = new JobClient(screenshotJobs(transport), jobProofs, config);
  return {
    jobClient,
    routes: (app) =>
      registerJobRoutes(app, { jobClient, jobProofs, accountDirectory, admissionControl }),
  };
}
