import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Type from "typebox";
import type { Static } from "typebox";
import { parserOf } from "../api/schema/parser.ts";
import type { ProcessIDs } from "./child-supervisor.ts";

const coordinatesSchema = Type.Object({
  gatewayURL: Type.String(),
  /** Of the account: its callers send the one and sign with the other. */
  accessKey: Type.String(),
  secretKey: Type.String(),
  /** Path of the administrator's kubeconfig file. */
  kubeconfig: Type.String(),
  /** Path of a kubectl of the API server's version. */
  kubectl: Type.String(),
  /** The namespace of the account's jobs. */
  namespace: Type.String(),
  natsURL: Type.String(),
  /** A NATS user with all permissions. */
  natsUser: Type.String(),
  natsPasswordFile: Type.String(),
  objects: Type.Object({
    endpoint: Type.String(),
    region: Type.String(),
    bucket: Type.String(),
    accessKeyID: Type.String(),
    secretAccessKey: Type.String(),
  }),
  /** Role → one URL for each process. */
  metricsURLs: Type.Record(Type.String(), Type.Array(Type.String())),
  /** Role or server → process ids. */
  pids: Type.Record(Type.String(), Type.Array(Type.Integer())),
});

/** Where the parts of a running local Stills are. */
export type LocalCoordinates = Static<typeof coordinatesSchema>;

const parseCoordinates = parserOf("local.json", coordinatesSchema);

/** `local.json` in the data directory. It holds secrets, so only its user may read it. */
export class CoordinatesFile {
  readonly #path: string;
  #current: LocalCoordinates | undefined;

  constructor(directory: string) {
    this.#path = join(directory, "local.json");
  }

  /** What was written last. Throws before the first write. */
  get current(): LocalCoordinates {
    if (this.#current === undefined) throw new Error("The local Stills has not started");
    return this.#current;
  }

  /** Replaces the file in one step, so that a reader never sees half of it. */
  async write(coordinates: LocalCoordinates): Promise<void> {
    this.#current = coordinates;
    const text = `${JSON.stringify(coordinates, undefined, 2)}\n`;
    await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
  }

  /** Does nothing before the first write, which has the process ids of that moment. */
  async writePIDs(pids: ProcessIDs): Promise<void> {
    if (this.#current !== undefined) await this.write({ ...this.#current, pids });
  }

  /** Undefined when there is no file, or one that is not valid. */
  async read(): Promise<LocalCoordinates | undefined> {
    try {
      return parseCoordinates(JSON.parse(await readFile(this.#path, "utf8")));
    } catch {
      return undefined;
    }
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
