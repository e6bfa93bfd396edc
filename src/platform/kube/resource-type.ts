import type { ObjectName } from "./kube-object.ts";

/** A kind of object, as the API server's paths know it. */
export interface ResourceType {
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}

/** `group/version`, or the version alone for the core group. */
export function apiVersionOf(type: ResourceType): string {
  return type.group === "" ? type.version : `${type.group}/${type.version}`;
}

/** Path of all objects of a kind, in one namespace or in all. */
export function collectionPath(type: ResourceType, namespace?: string): string {
  const root = type.group === "" ? `/api/${type.version}` : `/apis/${apiVersionOf(type)}`;
  if (!type.namespaced || namespace === undefined) return `${root}/${type.plural}`;
  return `${root}/namespaces/${segment(namespace)}/${type.plural}`;
}

/** Path of one object. */
export function objectPath(type: ResourceType, { namespace, name }: ObjectName): string {
  if (type.namespaced && (namespace === undefined || namespace === ""))
    throw new TypeError(`${type.kind} "${name}" needs a namespace`);
  return `${collectionPath(type, namespace)}/${segment(name)}`;
}

/** An empty name would address the collection, and a DELETE would empty it. */
function segment(text: string): string {
  if (text === "" || text === "." || text === "..")
    throw new TypeError(`"${text}" is not a name of a Kubernetes object`);
  return encodeURIComponent(text);
}
