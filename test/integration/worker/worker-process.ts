import { readdirSync, readFileSync } from "node:fs";
import { RoleProcess } from "../../support/installation/role-process.ts";
import type { TestNATS } from "../../support/servers.ts";
import { pool } from "./controller-stand-in.ts";

/** `stills worker` as a process, with its browsers. */
export class WorkerProcess extends RoleProcess {
  static async start(
    server: TestNATS,
    egressURL: string,
    settings: Record<string, string> = {},
  ): Promise<WorkerProcess> {
    const { user, password } = server.users[`worker-${pool}`]!;
    const spawned = await RoleProcess.spawn({
      role: "worker",
      environment: {
        ...environmentOfBrowser(),
        STILLS_POOL: pool,
        STILLS_WORKER_NAME: `worker-${Math.random().toString(36).slice(2)}`,
        STILLS_NATS_URL: server.url,
        STILLS_NATS_USER: user,
        STILLS_EGRESS_URL: egressURL,
        ...settings,
      },
      secrets: { STILLS_NATS_PASSWORD_FILE: password },
    });
    return new WorkerProcess(...spawned);
  }

  /** Process groups of the browsers it has launched. */
  get browserPIDs(): number[] {
    return this.logged("Launched browser").map((line) => line["browserPID"] as number);
  }

  /** Command lines of the running processes of all its browsers. */
  browserProcesses(): string[] {
    const groups = new Set(this.browserPIDs.map(String));
    return runningProcesses()
      .filter(({ group }) => groups.has(group))
      .map(({ commandLine }) => commandLine);
  }

  /** How many processes that scale pictures it has. */
  get encoders(): number {
    return this.#childrenWith("encoder-main");
  }

  /** How many processes that encode animations it has. */
  get videoEncoders(): number {
    return this.#childrenWith("/ffmpeg\0");
  }

  #childrenWith(words: string): number {
    return runningProcesses().filter(
      ({ parent, commandLine }) => parent === String(this.pid) && commandLine.includes(words),
    ).length;
  }
}

function runningProcesses(): { parent: string; group: string; commandLine: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [state, parent = "", group = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === "Z") return [];
        return [{ parent, group, commandLine: readFileSync(`/proc/${pid}/cmdline`, "utf8") }];
      } catch {
        return [];
      }
    });
}

/** What says which browser to use, and where it has been installed. */
function environmentOfBrowser(): Record<string, string> {
  return Object.fromEntries(
    ["HOME", "STILLS_BROWSER_PATH", "PUPPETEER_EXECUTABLE_PATH", "PUPPETEER_CACHE_DIR"].flatMap(
      (name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      },
    ),
  );
}
