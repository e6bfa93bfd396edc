import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { serverSource } from "../../../src/local/servers/server-sources.ts";
import { outcomeOf, run } from "./command.ts";
import type { CommandOutcome } from "./command.ts";

/** The chart, rendered by helm without a cluster. */

export const chart = "charts/stills";
export const namespace = "stills-system";

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  data?: Record<string, string>;
  spec?: { template?: { spec: PodSpec } } & Record<string, unknown>;
}

export interface PodSpec {
  containers: { name: string; args?: string[]; env?: { name: string; value?: string }[] }[];
  terminationGracePeriodSeconds?: number;
}

function wordsFor(name: string, space = namespace): string[] {
  const version = serverSource("kube-apiserver").version;
  return ["template", name, chart, "-n", space, "--kube-version", version, "-f", "-"];
}

/** The manifests as text. @throws Error with the message of helm. */
export async function helmTemplate(
  values: object,
  name = "stills",
  space = namespace,
): Promise<string> {
  return await run("helm", wordsFor(name, space), { input: JSON.stringify(values) });
}

/** The outcome of a rendering that should fail. */
export async function outcomeOfTemplate(values: object): Promise<CommandOutcome> {
  return await outcomeOf("helm", wordsFor("stills"), { input: JSON.stringify(values) });
}

export async function render(
  values: object,
  name = "stills",
  space = namespace,
): Promise<Manifest[]> {
  const text = await helmTemplate(values, name, space);
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

export function find(manifests: Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
}
