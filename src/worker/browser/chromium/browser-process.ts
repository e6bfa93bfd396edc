import type { Failure } from "../../../api/reasons/failure.ts";
import type { LaunchFailure } from "./launch-failure.ts";

export interface BrowserLoad {
  /** PSS of all its processes; see `memoryOf`. */
  memoryBytes: number;
  processes: number;
}

/** Why a browser, or one of its pages, was ended from outside. */
export interface EndCauses {
  /** Why the browser ends or has ended. */
  readonly browser?: Failure | undefined;
  /** Why the page was killed that was killed last. */
  readonly page?: Failure | undefined;
}

/** The processes of one Chromium: children of this process, or in a container of their own. */
export interface BrowserProcess {
  /** Of the main process, as its own container numbers it. */
  readonly pid: number;
  /** Resolves when the main process has ended. Never rejects. */
  readonly exited: Promise<void>;
  /** Resolves when all its processes have ended and its folders are removed. Never rejects. */
  readonly gone: Promise<void>;
  /** Known before its DevTools connection tells of the end. */
  readonly endCauses: EndCauses;
  /** Above this the browser is replaced; undefined where the worker's own limit applies. */
  readonly recycleAboveBytes?: number | undefined;
  measure(): Promise<BrowserLoad>;
  /** Kills the page that holds most memory, before the kernel kills the whole container. */
  killLargestRenderer(cause: Failure): Promise<void>;
  /** SIGKILL to the whole process group. */
  kill(): void;
  /** What to say when it did not start: to be called when it is gone. */
  explainLaunchFailure(thrown: unknown): LaunchFailure;
}
