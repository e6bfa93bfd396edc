import Type, { type Static } from "typebox";
import type { WorkerProblem } from "../reasons/worker-problems.ts";
import { parserOf } from "../schema/parser.ts";
import { count, nonEmptyText, text } from "./message-fields.ts";

/**
 * What a worker and the launcher in the container of its browser say to each other, as lines of JSON on a Unix socket. The worker
 * listens in a folder that the launcher may only read; both are of one pod and one version.
 */

/** The socket that the launcher dials first, and again when the connection has ended. */
export const controlSocketName = "control.sock";

const browserID = Type.String({ pattern: "^[a-z0-9]{1,32}$", allowed: "small letters and digits" });

const launchOrder = Type.Object({ kind: Type.Literal("Launch"), browser: browserID });
const killOrder = Type.Object({ kind: Type.Literal("Kill"), browser: browserID });

/** From the worker. Launch: start a browser whose DevTools are the socket that `devtoolsSocketName` names. */
const order = Type.Union([launchOrder, killOrder]);
export type LauncherOrder = Static<typeof order>;

const memory = { usedBytes: count, limitBytes: count };

const report = Type.Union([
  /** The first one. */
  Type.Object({
    kind: Type.Literal("Ready"),
    sandbox: Type.Enum(["Required", "Disabled"]),
    /** A browser above this is to be replaced. */
    recycleAboveBytes: Type.Number({ minimum: 0 }),
  }),
  Type.Object({ kind: Type.Literal("Started"), browser: browserID, pid: count }),
  /** The browser is gone, or was not started. `reason` and `message` say why, if it ended while it was launched. */
  Type.Object({
    kind: Type.Literal("Ended"),
    browser: browserID,
    reason: text,
    message: nonEmptyText,
  }),
  /** Sent before the page, or the browser with all its pages, is killed. */
  Type.Object({ kind: Type.Literal("EndsPage"), browser: browserID, ...memory }),
  Type.Object({ kind: Type.Literal("EndsBrowser"), browser: browserID, ...memory }),
  /** At least every two seconds: one who is silent for longer hangs. */
  Type.Object({
    kind: Type.Literal("Load"),
    ...memory,
    browsers: Type.Array(
      Type.Object({ browser: browserID, memoryBytes: count, processes: count }),
      { maxItems: 1_000 },
    ),
  }),
]);

type Report = Static<typeof report>;
/** From the launcher. */
export type LauncherReport =
  | Exclude<Report, { kind: "Ended" }>
  | (Extract<Report, { kind: "Ended" }> & { reason: WorkerProblem });

/** Of the worker's problems, those that a launcher can know of; it has the rights of Chromium, and is believed no more. */
const launchProblems: readonly WorkerProblem[] = [
  "BrowserFailed",
  "BrowserMissing",
  "SandboxUnavailable",
];

/** @throws Failure(RequestMalformed) */
export const parseLauncherOrder = parserOf("order to the launcher", order);

const parseReport = parserOf("report of the launcher", report);

/** @throws Failure(RequestMalformed) */
export function parseLauncherReport(value: unknown): LauncherReport {
  const parsed = parseReport(value);
  if (parsed.kind !== "Ended") return parsed;
  const { reason } = parsed;
  return { ...parsed, reason: launchProblems.find((known) => known === reason) ?? "BrowserFailed" };
}

/** The socket that becomes the DevTools pipe of a browser. */
export function devtoolsSocketName(browser: string): string {
  return `devtools-${browser}.sock`;
}
