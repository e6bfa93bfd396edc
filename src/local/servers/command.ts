import { spawn } from "node:child_process";

export interface CommandOptions {
  signal: AbortSignal;
  workingDirectory?: string;
  environment?: NodeJS.ProcessEnv;
  /** Called with each line of both streams. */
  onLine?: (line: string) => void;
}

/** Runs a program and returns its standard output. Throws a sentence with its last lines if it fails. */
export async function runCommand(
  command: string,
  commandArguments: readonly string[],
  options: CommandOptions,
): Promise<string> {
  options.signal.throwIfAborted();
  const child = spawn(command, commandArguments, {
    stdio: ["ignore", "pipe", "pipe"],
    // It leads a group, so that its children can be ended with it.
    detached: true,
    ...(options.workingDirectory !== undefined && { cwd: options.workingDirectory }),
    ...(options.environment !== undefined && { env: options.environment }),
  });
  let output = "";
  let errors = "";
  const onLines = lineReader(options.onLine);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    onLines(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-4000);
    onLines(text);
  });
  const endGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
  };
  options.signal.addEventListener("abort", endGroup, { once: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(() => options.signal.removeEventListener("abort", endGroup));
  options.signal.throwIfAborted();
  if (code === 0) return output;
  const last = (errors.trim() === "" ? output : errors).trim().split("\n").slice(-5).join("\n");
  throw new Error(`${command} ${commandArguments.slice(0, 2).join(" ")} failed (${code}): ${last}`);
}

function lineReader(onLine: ((line: string) => void) | undefined): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine?.(line);
  };
}
