import { parseAllDocuments } from "yaml";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import type { Clock } from "../process/clock.ts";
import { isNotFound } from "./kube-error.ts";
import type { KubeObject } from "./kube-object.ts";
import { ResourceClient } from "./resource-client.ts";
import { customResourceDefinitions } from "./resources.ts";
import type { CustomResourceDefinition } from "./resources.ts";
import type { KubeTransport } from "./transport.ts";

interface InstallOptions {
  fieldManager: string;
  clock: Clock;
  /** Limits everything. */
  signal: AbortSignal;
  /** What to wait for. Default `Served`, which takes the right to list the kinds in all namespaces. */
  until?: "Established" | "Served";
  /** Called with the name of a definition that is left as it is, since the cluster has one of a later version. Default: it is replaced. */
  onNewer?: (name: string, version: string) => void;
}

const pollMilliseconds = 100;

/**
 * Applies the CustomResourceDefinitions in YAML texts (several documents each) server-side and waits until every version is
 * established and, by default, served. Returns their names.
 * @throws KubeError when one is refused, an Error when a name is taken or a document is no definition, or the signal's reason
 */
export async function installCRDs(
  transport: KubeTransport,
  texts: readonly string[],
  options: InstallOptions,
): Promise<string[]> {
  const { fieldManager, signal } = options;
  const client = customResourceDefinitions(transport);
  const definitions = texts.flatMap(parseDefinitions);
  for (const definition of definitions) {
    const later = options.onNewer && (await laterVersion(client, definition, signal));
    if (later === undefined) await client.apply(definition, { fieldManager, signal });
    else options.onNewer?.(nameOf(definition), later);
  }
  for (const definition of definitions) {
    await waitUntilEstablished(client, nameOf(definition), options);
    if (options.until !== "Established") await waitUntilServed(transport, definition, options);
  }
  return definitions.map(nameOf);
}

/** The version of the definition that the cluster has, if it is later than this one's: another installation brought it. */
async function laterVersion(
  client: ResourceClient<CustomResourceDefinition>,
  definition: CustomResourceDefinition,
  signal: AbortSignal,
): Promise<string | undefined> {
  const present = await client.find({ name: nameOf(definition) }, { signal });
  const version = versionOf(present);
  return compareVersions(version, versionOf(definition)) > 0 ? version : undefined;
}

function versionOf(definition: CustomResourceDefinition | undefined): string {
  return definition?.metadata.annotations?.[annotations.schemaVersion] ?? "0.0.0";
}

/** By the numbers of `1.2.3`; what else a version has does not count. */
function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split(/[.+-]/, 3).map(Number));
  const differences = [0, 1, 2].map((place) => (a?.[place] || 0) - (b?.[place] || 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

async function waitUntilEstablished(
  client: ResourceClient<CustomResourceDefinition>,
  name: string,
  { clock, signal }: InstallOptions,
): Promise<void> {
  for (;;) {
    const { status } = await client.get({ name }, { signal });
    const conditions = status?.conditions ?? [];
    const refused = conditions.find(
      (condition) => condition.type === "NamesAccepted" && condition.status === "False",
    );
    if (refused !== undefined)
      throw new Error(
        `The names of CustomResourceDefinition ${name} are taken: ${refused.message}`,
      );
    if (conditions.some(({ type, status }) => type === "Established" && status === "True")) return;
    await clock.sleep(pollMilliseconds, signal);
  }
}

/** The handler of a new kind is installed a moment after its definition is established. */
async function waitUntilServed(
  transport: KubeTransport,
  definition: CustomResourceDefinition,
  { clock, signal }: InstallOptions,
): Promise<void> {
  const { group, names, versions, scope } = definition.spec;
  for (const { name: version, served } of versions) {
    if (!served) continue;
    const type = { group, version, ...names, namespaced: scope === "Namespaced" };
    const client = new ResourceClient<KubeObject>(transport, type);
    while (!(await isServed(client, signal))) await clock.sleep(pollMilliseconds, signal);
  }
}

async function isServed(client: ResourceClient<KubeObject>, signal: AbortSignal): Promise<boolean> {
  try {
    await client.list({ limit: 1, signal });
    return true;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}

function parseDefinitions(text: string): CustomResourceDefinition[] {
  const definitions: CustomResourceDefinition[] = [];
  for (const document of parseAllDocuments(text)) {
    const [problem] = document.errors;
    if (problem !== undefined) throw new Error(`Not valid YAML: ${problem.message}`);
    const object = document.toJS() as CustomResourceDefinition | null;
    if (object === null) continue;
    if (object.kind !== "CustomResourceDefinition")
      throw new Error(`Expected a CustomResourceDefinition, found ${String(object.kind)}`);
    definitions.push(object);
  }
  return definitions;
}

function nameOf(definition: CustomResourceDefinition): string {
  return definition.metadata.name ?? "";
}
