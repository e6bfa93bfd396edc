import { join } from "node:path";
import { processEnvironment } from "../platform/process/env.ts";
import type { DataDirectory } from "./data-directory.ts";
import { projectDirectory } from "./project-directory.ts";
import { explainLog } from "./role-log.ts";
import { findFreePort } from "./servers/free-port.ts";
import { ServerProcess } from "./servers/server-process.ts";

export type Role = "controller" | "gateway" | "egress" | "worker";

export interface RoleProcess {
  role: Role;
  process: ServerProcess;
  metricsURL: string;
}

export interface RoleProcessOptions {
  role: Role;
  /** Of the replica, from 1. */
  number: number;
  directory: DataDirectory;
  /** On top of this process's environment. */
  settings: Readonly<Record<string, string>>;
}

/** Seconds that workers and gateways have to finish what they do after SIGTERM. */
export const drainSeconds = 10;
/** Seconds a role may take after that before it is killed. */
const closeSeconds = 15;

/** A replica of a role on loopback, not started yet. It is ready when its readiness probe says so. */
export async function createRoleProcess(options: RoleProcessOptions): Promise<RoleProcess> {
  const { role, number, directory, settings } = options;
  const port = await findFreePort();
  const metricsURL = `http://127.0.0.1:${port}`;
  const server = new ServerProcess({
    name: `${role} ${number}`,
    command: process.execPath,
    arguments: [join(projectDirectory, "src", "main.ts"), role],
    environment: {
      ...processEnvironment(),
      KUBECONFIG: undefined,
      STILLS_EGRESS_ALLOW_CIDRS: undefined,
      TMPDIR: directory.temporaryPath,
      STILLS_METRICS_HOST: "127.0.0.1",
      STILLS_METRICS_PORT: String(port),
      ...settings,
    },
    logFile: directory.pathOf("logs", `${role}-${number}.log`),
    isReady: async (signal) => {
      const response = await fetch(`${metricsURL}/readyz`, { signal });
      await response.arrayBuffer();
      return response.ok;
    },
    stopTimeoutSeconds: drainSeconds + closeSeconds,
    explain: explainLog,
  });
  return { role, process: server, metricsURL: `${metricsURL}/metrics` };
}
