import type { WorkerProblem } from "../../../api/reasons/worker-problems.ts";

/** A browser that does not start. */
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
  /** In what Chromium, the loader or the kernel say. */
  sign: RegExp;
  sentence: string;
}

const knownFailures: readonly KnownFailure[] = [
  {
    reason: "SandboxUnavailable",
    sign: /No usable sandbox|zygote_host_impl_linux|Failed to move to new namespace|credentials\.cc/i,
    sentence:
      "Chromium cannot use its sandbox here because unprivileged user namespaces are not available: in Kubernetes give the pod Stills' Localhost seccomp profile, on Ubuntu set kernel.apparmor_restrict_unprivileged_userns=0, or give up the sandbox with STILLS_BROWSER_SANDBOX=Disabled (in a BrowserPool: browser.sandbox: Disabled)",
  },
  {
    reason: "BrowserFailed",
    sign: /error while loading shared libraries: (\S+)/,
    sentence:
      "Chromium lacks a system library: install Debian's package chromium-headless-shell, which brings all it needs, or the package of the library that is named below",
  },
  {
    reason: "BrowserMissing",
    sign: /spawn \S+ ENOENT/,
    sentence: "The browser is not there any more; set STILLS_BROWSER_PATH to one that is",
  },
  {
    reason: "BrowserFailed",
    sign: /spawn \S+ (EACCES|EPERM)|Permission denied/,
    sentence:
      "The browser may not be started by the user it has to run under; set STILLS_BROWSER_PATH to one that everybody may start",
  },
];

/** A failure with a sentence that says what to do; what Chromium wrote stands behind it and in the cause. */
export function explainLaunchFailure(
  path: string,
  standardError: string,
  thrown: unknown,
): LaunchFailure {
  const problem = thrown instanceof Error ? thrown.message : String(thrown);
  const said = withoutNoise(standardError);
  const known = knownFailures.find(({ sign }) => sign.test(`${said.join("\n")}\n${problem}`));
  const sentence = known?.sentence ?? "Chromium did not start";
  return new LaunchFailure(
    known?.reason ?? "BrowserFailed",
    `${sentence} (${path}: ${problem}${said.length === 0 ? "" : `; it said: ${said.slice(-3).join(" | ")}`})`,
    thrown,
  );
}

/** D-Bus and graphics devices: complaints that every container hears. */
function withoutNoise(standardError: string): string[] {
  return standardError
    .split("\n")
    .filter((line) => line.trim() !== "" && !/dbus|vaapi|bluez|sandbox_linux\.cc/.test(line));
}
