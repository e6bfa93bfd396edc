import type { ObjectKey } from "../platform/kube/object-key.ts";

interface ChangedObject {
  readonly uid: string;
  readonly generation: number;
}

/**
 * Tells changes of a spec from those of a status, most of which the controller has written itself: reconciling an object because its
 * own status was written would write it again as fast as the API server answers.
 */
export class SpecChanges {
  readonly #versions = new Map<ObjectKey, string>();

  /** Whether the object was created, deleted or marked for deletion, or its spec changed, since the last call. */
  isNew(key: ObjectKey, change: { kind: "Set" | "Deleted"; record: ChangedObject }): boolean {
    if (change.kind === "Deleted") {
      this.#versions.delete(key);
      return true;
    }
    // Kubernetes raises the generation with each change of the spec, and when the deletion begins.
    const version = `${change.record.uid} ${change.record.generation}`;
    if (this.#versions.get(key) === version) return false;
    this.#versions.set(key, version);
    return true;
  }
}
