import type { Nats } from "../../platform/nats/connection.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import type { RegisterRoutes } from "../http/create-listener.ts";
import { registerInputRoutes } from "./input-routes.ts";
import { InputWriter } from "./input-writer.ts";
import { JobInputs } from "./job-inputs.ts";

export interface InputsDependencies {
  nats: Nats;
  accountDirectory: AccountDirectory;
  jobProofKey: string;
}

export interface Inputs {
  jobInputs: JobInputs;
  routes: RegisterRoutes;
}

/** Content that jobs refer to: what `/take` stores for its jobs, and what callers store for jobs that they make with kubectl. */
export function createInputs({ nats, accountDirectory, jobProofKey }: InputsDependencies): Inputs {
  const inputWriter = new InputWriter({ nats, jobProofKey });
  return {
    jobInputs: new JobInputs(inputWriter),
    routes: (app) => registerInputRoutes(app, { inputWriter, accountDirectory }),
  };
}
