import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";

export interface ChromiumProcess {
  child: ChildProcess;
  /** Resolves when the process has ended; never rejects. */
  exited: Promise<void>;
  /** How it ended or why it cannot be started, as an Error; undefined before. */
  end(): Error | undefined;
  /** The last lines Chromium wrote. */
  standardError(): string;
}

/** Starts Chromium in its own process group, with DevTools on its file descriptors 3 (from us) and 4 (to us). */
export function startChromium(options: {
  path: string;
  flags: readonly string[];
  environment: Record<string, string>;
  uid: number | undefined;
  /** A connected socket that becomes both descriptors; by default each is a pipe. */
  devtools?: Socket | undefined;
}): ChromiumProcess {
  const { devtools = "pipe" } = options;
  const child = spawn(options.path, options.flags, {
    detached: true,
    env: options.environment,
    stdio: ["ignore", "ignore", "pipe", devtools, devtools],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  const exited = Promise.withResolvers<void>();
  let end: Error | undefined;
  child.once("error", (thrown) => {
    end = thrown;
    exited.resolve();
  });
  child.once("exit", (code, signalName) => {
    end = new Error(`Chromium ended (${signalName ?? `exit code ${code}`})`);
    exited.resolve();
  });
  const standardError = keepTail(child.stderr);
  return { child, exited: exited.promise, end: () => end, standardError };
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
