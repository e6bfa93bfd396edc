import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

export interface ChromiumProcess {
  child: ChildProcess;
  /** Resolves when the process has ended; never rejects. */
  exited: Promise<void>;
  /** Rejects when the process cannot be started, or ends. */
  failed: Promise<never>;
  /** The last lines Chromium wrote. */
  standardError(): string;
}

/** Starts Chromium in its own process group, with the two pipes of DevTools as file descriptors 3 and 4. */
export function startChromium(options: {
  path: string;
  flags: readonly string[];
  environment: Record<string, string>;
  uid: number | undefined;
}): ChromiumProcess {
  const child = spawn(options.path, options.flags, {
    detached: true,
    env: options.environment,
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  const exited = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  // The promise is awaited only while the browser is being launched.
  failed.promise.catch(() => undefined);
  child.once("error", (thrown) => {
    failed.reject(thrown);
    exited.resolve();
  });
  child.once("exit", (code, signalName) => {
    failed.reject(new Error(`Chromium ended (${signalName ?? `exit code ${code}`})`));
    exited.resolve();
  });
  const standardError = keepTail(child.stderr);
  return { child, exited: exited.promise, failed: failed.promise, standardError };
}

function keepTail(stream: Readable | null): () => string {
  const limit = 8_192;
  let text = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    text = (text + chunk).slice(-limit);
  });
  stream?.on("error", () => undefined);
  return () => text;
}

/** Kills the whole process group of a browser that was started with `startChromium`. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
