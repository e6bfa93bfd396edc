/** Reads and writes fields of a spec by their path, such as `viewport.widthPixels`. */

export function valueAt(spec: Record<string, unknown>, path: string): unknown {
  const [first = "", second] = path.split(".");
  const value = spec[first];
  if (second === undefined) return value;
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[second]
    : undefined;
}

export function setAt(spec: Record<string, unknown>, path: string, value: unknown): void {
  const [first = "", second] = path.split(".");
  if (second === undefined) {
    spec[first] = value;
    return;
  }
  spec[first] = { ...(spec[first] as object | undefined), [second]: value };
}
