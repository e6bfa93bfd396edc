/** `namespace/name`, or the name alone for cluster-wide kinds: what caches and queues are keyed by. */
export type ObjectKey = string;

/** The key of an object. */
export function keyOf(metadata: { namespace?: string; name?: string }): ObjectKey {
  const name = metadata.name ?? "";
  return metadata.namespace === undefined ? name : `${metadata.namespace}/${name}`;
}

/** Namespace and name of a key. */
export function nameOfKey(key: ObjectKey): { namespace: string; name: string } {
  const slash = key.indexOf("/");
  return slash < 0
    ? { namespace: "", name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
