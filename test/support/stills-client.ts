import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";

const run = promisify(execFile);

/** A running local Stills as its user sees it: the coordinates and kubectl. */
export class StillsClient {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async coordinates(): Promise<LocalCoordinates> {
    return JSON.parse(await readFile(join(this.directory, "local.json"), "utf8"));
  }

  /** The kubectl that the composition itself uses, as its administrator. */
  async kubectl(...words: string[]): Promise<string> {
    const { kubeconfig, kubectl } = await this.coordinates();
    const { stdout } = await run(kubectl, ["--kubeconfig", kubeconfig, ...words], {
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  }

  /** A kubectl that keeps running, such as a watch; the caller ends it. */
  async spawnKubectl(...words: string[]): Promise<ChildProcess> {
    const { kubeconfig, kubectl } = await this.coordinates();
    return spawn(kubectl, ["--kubeconfig", kubeconfig, ...words], {
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  /** Passes a document to `kubectl apply`; rejects with kubectl's message when the API server refuses it. */
  async apply(document: string): Promise<string> {
    const { kubeconfig, kubectl } = await this.coordinates();
    return new Promise((resolve, reject) => {
      const child = execFile(
        kubectl,
        ["--kubeconfig", kubeconfig, "apply", "-f", "-"],
        { maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (error) reject(new Error(stderr));
          else resolve(stdout);
        },
      );
      child.stdin?.end(document);
    });
  }
}
