import type { WorkerProblem } from "../../../api/reasons/worker-problems.ts";

/** Thrown when a browser does not start. */
export class LaunchFailure extends Error {
  override readonly name = "LaunchFailure";
  readonly reason: WorkerProblem;

  constructor(reason: WorkerProblem, message: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

interface KnownFailure {
  reason: WorkerProblem;
  /** Matches what Chromium, the dynamic loader or the kernel wrote. */
  pattern: RegExp;
  sentence: string;
}

const knownFailures: readonly KnownFailure[] = [
  {
    reason: "SandboxUnavailable",
    pattern:
      /No usable sandbox|zygote_host_impl_linux|Failed to move to new namespace|credentials\.cc/i,
    sentence:
      "Chromium cannot use its sandbox here because unprivileged user namespaces are not available: in Kubernetes give the pod Stills' Localhost seccomp profile, on Ubuntu set kernel.apparmor_restrict_unprivileged_userns=0, or disable the sandbox with STILLS_BROWSER_SANDBOX=Disabled (in a BrowserPool: browser.sandbox: Disabled)",
  },
  {
    reason: "BrowserFailed",
    pattern: /error while loading shared libraries: (\S+)/,
    sentence:
      "Chromium lacks a system library: install Debian's package chromium-headless-shell, which brings all it needs, or the package of the library named below",
  },
  {
    reason: "BrowserMissing",
    pattern: /spawn \S+ ENOENT/,
    sentence: "The browser no longer exists; set STILLS_BROWSER_PATH to one that does",
  },
  {
    reason: "BrowserFailed",
    pattern: /spawn \S+ (EACCES|EPERM)|Permission denied/,
    sentence:
      "The user that the browser has to run under may not start it; set STILLS_BROWSER_PATH to one that all users may start",
  },
];

/** Translates a failed launch into a sentence that says what to do, followed by the last lines Chromium wrote. */
export function explainLaunchFailure(
  path: string,
  standardError: string,
  thrown: unknown,
): LaunchFailure {
  const problem = thrown instanceof Error ? thrown.message : String(thrown);
  const said = withoutNoise(standardError);
  const known = knownFailures.find(({ pattern }) => pattern.test(`${said.join("\n")}\n${problem}`));
  const sentence = known?.sentence ?? "Chromium did not start";
  return new LaunchFailure(
    known?.reason ?? "BrowserFailed",
    `${sentence} (${path}: ${problem}${said.length === 0 ? "" : `; it said: ${said.slice(-3).join(" | ")}`})`,
    thrown,
  );
}

/** Drops complaints about D-Bus and graphics devices, which Chromium writes in every container. */
function withoutNoise(standardError: string): string[] {
  return standardError
    .split("\n")
    .filter((line) => line.trim() !== "" && !/dbus|vaapi|bluez|sandbox_linux\.cc/.test(line));
}
