import { spawn } from "node:child_process";

export interface CommandOptions {
  /** Written to standard input. */
  input?: string;
  /** Default 120; reached only when something is broken. */
  limitSeconds?: number;
  env?: Readonly<Record<string, string>>;
}

export interface CommandOutcome {
  status: number;
  stdout: Buffer;
  stderr: string;
}

/** Runs a program and returns its outcome, failure included. */
export async function outcomeOf(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutcome> {
  const limitSeconds = options.limitSeconds ?? 120;
  const child = spawn(program, words, {
    env: { ...process.env, ...options.env },
    timeout: limitSeconds * 1000,
    killSignal: "SIGKILL",
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A program may end without reading its input; its status decides.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const status = await new Promise<number>((resolve, reject) => {
    child.once("error", (error) => {
      reject(new Error(`${program} does not start: ${error.message}`, { cause: error }));
    });
    child.once("close", (code, signal) => {
      if (code !== null) resolve(code);
      else
        reject(new Error(`${program} ${words.join(" ")}: ended by ${signal} (${limitSeconds} s)`));
    });
  });
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}

/** Runs a program that must succeed, and returns its output. @throws Error with the output. */
export async function run(
  program: string,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await outcomeOf(program, words, options);
  if (status !== 0)
    throw new Error(
      `${program} ${words.join(" ")} ended with ${status}:\n${stderr}\n${stdout.subarray(-4000).toString()}`,
    );
  return stdout.toString();
}
