/** A value of one field of a spec. */
export type SpecValue = string | number | boolean | readonly string[];

/** Fields of a spec, by name; options stand at most one object deep. */
export type SpecDraft = Record<string, SpecValue | SpecGroup>;

interface SpecGroup {
  readonly [name: string]: SpecValue;
}

/** The value at a path such as `viewport.widthPixels`; undefined if nothing is there. */
export function valueAt(spec: SpecDraft, path: string): SpecValue | SpecGroup | undefined {
  const [first = "", second] = path.split(".");
  return second === undefined ? spec[first] : groupAt(spec, first)?.[second];
}

/** Sets the value at a path, and creates the object around it if there is none. */
export function setAt(spec: SpecDraft, path: string, value: SpecValue): void {
  const [first = "", second] = path.split(".");
  spec[first] = second === undefined ? value : { ...groupAt(spec, first), [second]: value };
}

export function groupAt(spec: SpecDraft, name: string): SpecGroup | undefined {
  const value = spec[name];
  return isGroup(value) ? value : undefined;
}

function isGroup(value: SpecValue | SpecGroup | undefined): value is SpecGroup {
  return typeof value === "object" && !Array.isArray(value);
}
