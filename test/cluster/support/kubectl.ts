import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { outcomeOf, run } from "./command.ts";

/** The fields of any object that the tests read. */
export interface KubeObject {
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    labels?: Record<string, string>;
    generation?: number;
    deletionTimestamp?: string;
  };
}

export interface KubeCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface Pod extends KubeObject {
  spec: { nodeName?: string; containers: { name: string; image: string }[] };
  status: { phase: string; podIP?: string; conditions?: KubeCondition[] };
}

export interface Place {
  namespace: string;
  /** `pod-name` or `deployment/name`. */
  pod: string;
  container?: string;
}

/** kubectl with the KUBECONFIG of the caller. @throws Error with its output. */
export async function kubectl(...words: string[]): Promise<string> {
  return run("kubectl", words);
}

/** As `kubectl apply -f -`. */
export async function apply(...objects: object[]): Promise<string> {
  return run("kubectl", ["apply", "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
  });
}

/** Undefined when it does not exist. */
export async function find<T extends KubeObject>(
  kind: string,
  name: string,
  namespace?: string,
): Promise<T | undefined> {
  const words = ["get", kind, name, "-o", "json", "--ignore-not-found"];
  const text = await kubectl(...words, ...inNamespace(namespace));
  return text === "" ? undefined : (JSON.parse(text) as T);
}

/** @throws Error when it does not exist. */
export async function get<T extends KubeObject>(
  kind: string,
  name: string,
  namespace?: string,
): Promise<T> {
  return JSON.parse(await kubectl("get", kind, name, "-o", "json", ...inNamespace(namespace))) as T;
}

/** All of a kind that carry the labels; `kind` may be several with commas. */
export async function list<T extends KubeObject>(
  kind: string,
  options: { namespace?: string; selector?: string } = {},
): Promise<T[]> {
  const words = ["get", kind, "-o", "json", ...inNamespace(options.namespace)];
  if (options.selector !== undefined) words.push("-l", options.selector);
  return (JSON.parse(await kubectl(...words)) as { items: T[] }).items;
}

export function isReady(pod: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined &&
    pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ===
      true
  );
}

/** Runs a script of this folder inside a pod and returns its output; its arguments are in `process.argv` from 1. */
export async function runScript(place: Place, script: string, ...words: string[]): Promise<string> {
  return kubectl("exec", ...execWords(place), "--", ...(await scriptCommand(script, words)));
}

export interface RunningScript {
  /** Closes the script's standard input, which makes it stop, and returns its output. */
  stop: () => Promise<string>;
}

/** Starts a script that runs until its standard input ends. */
export async function startScript(
  place: Place,
  script: string,
  ...words: string[]
): Promise<RunningScript> {
  const command = await scriptCommand(script, words);
  const child = spawn("kubectl", ["exec", "-i", ...execWords(place), "--", ...command], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    stop: async () => {
      child.stdin.end();
      const status = await ended;
      if (status !== 0) throw new Error(`${script} ended with ${status}: ${said.stderr}`);
      return said.stdout;
    },
  };
}

/** The command line of a container that runs a script of this folder. */
export async function scriptCommand(script: string, words: string[]): Promise<string[]> {
  const path = join(dirname(fileURLToPath(import.meta.url)), "inside", script);
  const text = await readFile(path, "utf8");
  return ["node", "--input-type=module-typescript", "--eval", text, "--", ...words];
}

/** Runs a program inside a pod and returns its outcome, failure included. */
export async function tryInside(place: Place, ...command: string[]): Promise<string> {
  const outcome = await outcomeOf("kubectl", ["exec", ...execWords(place), "--", ...command]);
  return `${outcome.stdout.toString()}${outcome.stderr}`;
}

function execWords(place: Place): string[] {
  return [
    ...["-n", place.namespace, place.pod],
    ...(place.container === undefined ? [] : ["-c", place.container]),
  ];
}

function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ["-n", namespace];
}
