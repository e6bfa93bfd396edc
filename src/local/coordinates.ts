import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** `local.json`: where the parts of a running local Stills are. Holds secrets, so only its user may read it. */
export interface LocalCoordinates {
  gatewayURL: string;
  /** What the account's callers send, and sign with. */
  accessKey: string;
  secretKey: string;
  /** Of the administrator. */
  kubeconfig: string;
  kubectl: string;
  /** Where the account's jobs go. */
  namespace: string;
  natsURL: string;
  /** A NATS user that may do everything. */
  natsUser: string;
  natsPasswordFile: string;
  objects: {
    endpoint: string;
    region: string;
    bucket: string;
    accessKeyID: string;
    secretAccessKey: string;
  };
  /** Role → one URL a process. */
  metricsURLs: Record<string, string[]>;
  /** Role or server → process ids. */
  pids: Record<string, number[]>;
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export async function writeCoordinates(
  directory: string,
  coordinates: LocalCoordinates,
): Promise<void> {
  const path = pathIn(directory);
  const text = `${JSON.stringify(coordinates, undefined, 2)}\n`;
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export async function removeCoordinates(directory: string): Promise<void> {
  await rm(pathIn(directory), { force: true });
}

/** Undefined when nothing runs there, or not yet. */
export async function readCoordinates(directory: string): Promise<LocalCoordinates | undefined> {
  try {
    return JSON.parse(await readFile(pathIn(directory), "utf8")) as LocalCoordinates;
  } catch {
    return undefined;
  }
}

function pathIn(directory: string): string {
  return join(directory, "local.json");
}
