/** Reads and writes fields of a spec by their place, such as `viewport.widthPixels`. */

export function placeIn(spec: Record<string, unknown>, place: string): unknown {
  const [first = "", second] = place.split(".");
  const value = spec[first];
  if (second === undefined) return value;
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[second]
    : undefined;
}

export function putIn(spec: Record<string, unknown>, place: string, value: unknown): void {
  const [first = "", second] = place.split(".");
  if (second === undefined) {
    spec[first] = value;
    return;
  }
  spec[first] = { ...(spec[first] as object | undefined), [second]: value };
}
